"""The one resize of the protocol: OpenCV's bilinear, with sizes truncated as the published script does."""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from clsbench.data.bad_image import BadImageError
from clsbench.data.opencv import cv2

Scalar = TypeVar("Scalar", np.uint8, np.float64)

# A sliver of 1 x 10,000 pixels would grow to 256 x 2,560,000 and fill the memory. This allows 256 : 1 at 256.
MAX_RESIZED_PIXELS = 2**24


def resized(image: NDArray[Scalar], height: int, width: int) -> NDArray[Scalar]:
    """The (height, width, channel) image, in its own dtype."""
    return cv2.resize(image, (width, height))  # type: ignore[return-value]  # of the type that it was given


def with_short_side(image: NDArray[Scalar], size: int) -> NDArray[Scalar]:
    """The image with its short side ``size`` pixels long, and its aspect ratio kept.

    Raises BadImageError where the long side makes it more than MAX_RESIZED_PIXELS.
    """
    old_height, old_width = image.shape[:2]
    short = min(old_height, old_width)
    height, width = old_height * size // short, old_width * size // short
    if height * width > MAX_RESIZED_PIXELS:
        raise BadImageError(f"{old_width} x {old_height} pixels: {width} x {height} after the resize, too elongated")
    return resized(image, height, width)
