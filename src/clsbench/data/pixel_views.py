"""Views that are still 8-bit pixels, for an engine that looks the network's inputs up on its own device.

A byte crosses to the device for each number instead of four, and the table is the one that the host would use: the same
bits.
"""

from dataclasses import dataclass, replace
from typing import cast

import numpy as np
from numpy.typing import NDArray

from clsbench.data.crop import ViewMaker
from clsbench.data.crops.single import SingleCrop
from clsbench.data.dataset import Dataset, Image
from clsbench.data.preprocessing import Preprocessing
from clsbench.data.size import Size

_MOST_BEYOND_THE_VIEW = 4  # a view keeps its image in memory, unless that is so many times larger


@dataclass(frozen=True)
class Lookup:
    """The network's input of every pixel: ``table`` (channel, 256), its channels and the pixels' in the images' order.

    With ``rgb`` the channels of the input are reversed.
    """

    table: NDArray[np.float32]
    rgb: bool


def lookup_of(views: ViewMaker, dataset: Dataset) -> Lookup | None:
    """What the views of ``dataset`` are looked up in; None if they are computed otherwise, or of other numbers.

    Only the single crop cuts its view from 8-bit pixels. Of a database, images may be numbers of any kind.
    """
    if not isinstance(views.crop, SingleCrop) or not isinstance(views.preprocessing, Preprocessing):
        return None
    if dataset.any_channels:
        return None
    return Lookup(views.preprocessing.table, views.rgb)


def pixel_views(views: ViewMaker) -> ViewMaker:
    """The same views before the lookup: uint8 (view, channel, height, width), the channels of a pixel side by side."""
    return replace(views, preprocessing=_Unchanged(), rgb=False)


def in_pairs(views: ViewMaker) -> ViewMaker:
    """The same without mirror images, where its policy has such and nothing is computed after the views are cut."""
    return replace(views, in_pairs=isinstance(views.preprocessing, Preprocessing))


class _Unchanged:
    """A Normaliser that leaves 8-bit pixels as they are; its arrays are uint8, whatever their type says."""

    def normalised(self, image: Image) -> NDArray[np.float64]:
        return image.astype(np.float64)

    def network_input(self, image: Image, place: tuple[int, int], size: Size) -> NDArray[np.float32]:
        (top, left), (height, width) = place, size
        view = image[top : top + height, left : left + width]
        if image.nbytes > _MOST_BEYOND_THE_VIEW * view.nbytes:
            view = view.copy()
        return cast(NDArray[np.float32], view.transpose(2, 0, 1))

    def finished(self, views: NDArray[np.float32]) -> NDArray[np.float32]:
        return views
