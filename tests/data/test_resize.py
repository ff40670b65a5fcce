"""The protocol's resize."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from clsbench.data.bad_image import BadImageError
from clsbench.data.resize import with_short_side


@given(st.integers(1, 100), st.integers(1, 100), st.integers(1, 64))
def test_sizes_are_truncated_as_the_published_script_does(height: int, width: int, size: int) -> None:
    made = with_short_side(np.zeros((height, width, 3), np.uint8), size)
    short = min(height, width)
    assert made.shape == (int(height * size / short), int(width * size / short), 3)


def test_a_sliver_is_a_bad_image_and_takes_no_memory() -> None:
    with pytest.raises(BadImageError, match="10000 x 1 pixels: 2560000 x 256 after the resize, too elongated"):
        with_short_side(np.zeros((1, 10_000, 3), np.uint8), 256)


def test_an_elongated_image_is_still_taken(picture: Callable[[int, int], NDArray[np.uint8]]) -> None:
    assert with_short_side(picture(2, 200), 256).shape == (256, 25_600, 3)
