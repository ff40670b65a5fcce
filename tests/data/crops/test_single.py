"""The single crop against the literal protocol."""

from collections.abc import Callable
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from clsbench.data.crop import ViewMaker
from clsbench.data.crops.single import SingleCrop
from clsbench.data.preprocessing import Preprocessing
from clsbench.errors import ConfigError

MEAN, STD = [103.52, 116.28, 123.675], [57.375, 57.12, 58.395]


@given(height=st.integers(1, 120), width=st.integers(1, 120), base_size=st.integers(8, 60), data=st.data())
@settings(max_examples=200, deadline=None)
def test_it_equals_the_literal_protocol_bit_for_bit(
    literal: ModuleType,
    picture: Callable[[int, int], NDArray[np.uint8]],
    *,
    height: int,
    width: int,
    base_size: int,
    data: st.DataObject,
) -> None:
    crop_size = data.draw(st.integers(1, base_size))
    image = picture(height, width)

    made = ViewMaker(Preprocessing(MEAN, STD, 1.0, "pixels"), SingleCrop(crop_size, base_size))(image)

    expected = literal.network_input(literal.single(literal.prepared(image, base_size, MEAN, STD), crop_size))
    assert np.array_equal(made.views, expected)
    assert made.views.flags.c_contiguous
    assert made.weights.tolist() == [1.0]


@pytest.mark.parametrize("crop_size", [0, 257])
def test_a_crop_that_does_not_fit_is_refused(crop_size: int) -> None:
    with pytest.raises(ConfigError, match=f"crop=single: crop_size={crop_size} does not fit into base_size=256"):
        SingleCrop(crop_size, 256)


def test_it_counts_one_view() -> None:
    crop = SingleCrop(crop_size=224, base_size=256)
    assert (crop.name, crop.views_per_image) == ("single", 1)
