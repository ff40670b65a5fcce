"""What the data tests share: the literal protocol, and photographs made of noise."""

from collections import Counter
from collections.abc import Callable
from types import ModuleType

import cv2
import literal_protocol
import numpy as np
import pytest
from numpy.typing import NDArray

from clsbench.data.crop import Views


@pytest.fixture(scope="session")
def literal() -> ModuleType:
    """The published protocol, written independently of the package."""
    return literal_protocol


Picture = Callable[[int, int], NDArray[np.uint8]]


@pytest.fixture(scope="session")
def picture() -> Picture:
    """Makes a noisy BGR image of a height and width; the same pixels for the same size."""

    def make(height: int, width: int) -> NDArray[np.uint8]:
        return np.random.default_rng([height, width]).integers(0, 256, (height, width, 3), np.uint8)

    return make


Encode = Callable[..., bytes]


@pytest.fixture(scope="session")
def encode() -> Encode:
    """Makes an image file's bytes: ``encode(image, ".png")``, further arguments are OpenCV's parameters."""

    def make(image: NDArray[np.uint8 | np.uint16], suffix: str, *parameters: int) -> bytes:
        done, data = cv2.imencode(suffix, image, list(parameters))
        assert done
        return data.tobytes()

    return make


SameViews = Callable[[Views, NDArray[np.float32]], None]


@pytest.fixture(scope="session")
def same_views() -> SameViews:
    """Asserts that the views, each as often as its weight says, are the expected ones bit for bit."""

    def check(made: Views, expected: NDArray[np.float32]) -> None:
        assert made.views.dtype == made.weights.dtype == np.float32
        assert made.views.flags.c_contiguous
        assert made.weights.shape == made.views.shape[:1]
        counted: Counter[bytes] = Counter()
        for view, weight in zip(made.views, made.weights.tolist(), strict=True):
            counted[view.tobytes()] += int(weight)
        assert counted == Counter(view.tobytes() for view in expected)
        assert made.views.shape[1:] == expected.shape[1:]

    return check
