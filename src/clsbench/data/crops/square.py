"""The views of one square image that the multi-crop policies share: corners, middle, whole, and their mirror images."""

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from clsbench.data.resize import resized

# Where a view is cut: (top, left) in pixels, or None for the whole square, resized.
Cut = tuple[int, int] | None


def cuts(square_size: int, crop_size: int, *, whole: bool) -> Counter[Cut]:
    """The distinct cuts in the published order, each with how often it occurs; mirror images have the same.

    Cuts that coincide are one: all six where the square is as large as the crop, the top-left corner and the middle
    where it is one pixel larger.
    """
    end = square_size - crop_size
    places: list[Cut] = [(0, 0), (end, end), (0, end), (end, 0), (end // 2, end // 2)]
    if whole:
        places.append(None if end else (0, 0))
    return Counter(places)


def views_of(square: NDArray[np.float64], places: Sequence[Cut], crop_size: int) -> Iterator[NDArray[np.float32]]:
    """Each place's view (channel, height, width) of the image (height, width, channel), then of its mirror image."""
    for image in (square, square[:, ::-1]):
        planes = _planes(image)
        for place in places:
            if place is None:
                yield _planes(resized(np.ascontiguousarray(image), crop_size, crop_size))
            else:
                top, left = place
                yield planes[:, top : top + crop_size, left : left + crop_size]


def _planes(image: NDArray[np.float64]) -> NDArray[np.float32]:
    return np.ascontiguousarray(image.transpose(2, 0, 1), np.float32)
