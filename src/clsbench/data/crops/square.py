"""The views of one image that the multi-crop policies share: corners, middle, whole, and their mirror images."""

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from clsbench.data.mirrors import Mirrors
from clsbench.data.resize import resized
from clsbench.data.size import Size

# Where a view is cut: (top, left) in pixels, or None for the whole image, resized.
Cut = tuple[int, int] | None


def cuts(image: Size, crop: Size, *, whole: bool) -> Counter[Cut]:
    """The distinct cuts in the published order, each with how often it occurs; mirror images have the same.

    Cuts that coincide count as one: all six if the image is as large as the crop; the top-left corner and the middle if
    it is one pixel larger.
    """
    bottom, right = image.height - crop.height, image.width - crop.width
    places: list[Cut] = [(0, 0), (bottom, right), (0, right), (bottom, 0), (bottom // 2, right // 2)]
    if whole:
        places.append(None if bottom or right else (0, 0))
    return Counter(places)


def views_of(image: NDArray[np.float64], places: Sequence[Cut], crop: Size) -> Iterator[NDArray[np.float32]]:
    """The view (channel, height, width) at each place of the image (height, width, channel), then its mirror images."""
    yield from _one_side(image, places, crop)
    yield from _one_side(image[:, ::-1], places, crop)


def pairs_of(
    image: NDArray[np.float64], places: Sequence[Cut], crop: Size
) -> tuple[list[NDArray[np.float32]], Mirrors]:
    """The views of ``views_of`` that are not mirror images of others, and what each of all views is made from.

    A cut of the mirror image is, bit by bit, the mirror image of the cut at the same distance from the other side, if
    there is one. The resized whole image is not, because a resize rounds.
    """
    right = image.shape[1] - crop.width
    opposite = [None if place is None else (place[0], right - place[1]) for place in places]
    alone = [place for place, other in zip(places, opposite, strict=True) if other is None or other not in places]
    rows = [*_one_side(image, places, crop), *_one_side(image[:, ::-1], alone, crop)]
    mirrored = [
        len(places) + alone.index(place) if place in alone else places.index(other)
        for place, other in zip(places, opposite, strict=True)
    ]
    flipped = [False] * len(places) + [place not in alone for place in places]
    return rows, Mirrors(np.array([*range(len(places)), *mirrored], np.intp), np.array(flipped))


def _one_side(side: NDArray[np.float64], places: Sequence[Cut], crop: Size) -> Iterator[NDArray[np.float32]]:
    planes = _planes(side) if any(place is not None for place in places) else None
    for place in places:
        if place is None or planes is None:
            yield _planes(resized(np.ascontiguousarray(side), crop.height, crop.width))
        else:
            top, left = place
            yield planes[:, top : top + crop.height, left : left + crop.width]


def _planes(image: NDArray[np.float64]) -> NDArray[np.float32]:
    return np.ascontiguousarray(image.transpose(2, 0, 1), np.float32)
