"""Views that are still 8-bit pixels, for an engine that looks up the network's inputs on its own device.

Only one byte per number is sent to the device instead of four, and the table is the one that the host would use: the
bits are the same.
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

_MOST_BEYOND_THE_VIEW = 4  # a view keeps its image in memory, unless the image is this many times larger


@dataclass(frozen=True)
class Lookup:
    """The network's input for every pixel: ``table`` (channel, 256), its channels and the pixels' in the images' order.

    With ``rgb`` the channels of the input are reversed.
    """

    table: NDArray[np.float32]
    rgb: bool


def lookup_of(views: ViewMaker, dataset: Dataset) -> Lookup | None:
    """The lookup for the views of ``dataset``; None if they are computed differently, or from other numbers.

    Only the single crop cuts its view from 8-bit pixels. Images from a database may be any kind of numbers.
    """
    if not isinstance(views.crop, SingleCrop) or not isinstance(views.preprocessing, Preprocessing):
        return None
    if dataset.any_channels:
        return None
    return Lookup(views.preprocessing.table, views.rgb)


def pixel_views(views: ViewMaker) -> ViewMaker:
    """The same views before the lookup: uint8 (view, channel, height, width), with the channels of a pixel adjacent."""
    return replace(views, preprocessing=_Unchanged(), rgb=False)


def in_pairs(views: ViewMaker) -> ViewMaker:
    """The same without mirror images, if its policy has any and nothing is computed after the views are cut."""
    return replace(views, in_pairs=isinstance(views.preprocessing, Preprocessing))


class _Unchanged:
    """A Normaliser that leaves 8-bit pixels unchanged; its arrays are uint8, despite the annotation."""

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
