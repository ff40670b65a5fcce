"""Resizes an image with OpenCV, with sizes truncated as in the published script."""

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from numpy.typing import NDArray

from clsbench.data.bad_image import BadImageError
from clsbench.data.opencv import cv2
from clsbench.data.size import Sides, size_of

Array = TypeVar("Array", bound=NDArray[Any])

# A sliver of 1 x 10,000 pixels would grow to 256 x 2,560,000 and fill the memory. This allows 256 : 1 at 256.
MAX_RESIZED_PIXELS = 2**24

LINEAR = "linear"
INTERPOLATIONS: Mapping[str, int] = {
    "nearest": cv2.INTER_NEAREST,
    LINEAR: cv2.INTER_LINEAR,
    "area": cv2.INTER_AREA,
    "cubic": cv2.INTER_CUBIC,
    "lanczos": cv2.INTER_LANCZOS4,
}


def resized(image: Array, height: int, width: int, interpolation: str = LINEAR) -> Array:
    """The (height, width, channel) image, in its own dtype."""
    made = cv2.resize(image, (width, height), interpolation=INTERPOLATIONS[interpolation])
    return cast(Array, made.reshape(height, width, image.shape[2]))


def with_short_side(image: Array, size: Sides, interpolation: str = LINEAR) -> Array:
    """The image with a short side of ``size`` pixels and its aspect ratio kept.

    If ``size`` is a height and a width, the image just covers them. Raises BadImageError if the result would have more
    than MAX_RESIZED_PIXELS.
    """
    old_height, old_width = image.shape[:2]
    wanted = size_of(size)
    if old_height * wanted.width <= old_width * wanted.height:
        height, width = wanted.height, old_width * wanted.height // old_height
    else:
        height, width = old_height * wanted.width // old_width, wanted.width
    if height * width > MAX_RESIZED_PIXELS:
        raise BadImageError(f"{old_width} x {old_height} pixels: {width} x {height} after the resize, too elongated")
    return resized(image, height, width, interpolation)
