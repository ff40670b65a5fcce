"""A mean for each pixel, like Caffe's ``mean_file``."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from clsbench.data.bad_image import BadImageError
from clsbench.data.dataset import Image
from clsbench.data.preprocessing import check_factors, for_channels
from clsbench.data.size import Size


@dataclass(frozen=True, eq=False)
class MeanImage:
    """(pixel - mean) x scale / std with ``mean`` (channel, height, width) float32, channels in the images' order.

    The mean applies to the resized image, and is subtracted before a view is cut; with ``is_of_view`` it applies to the
    view. A view is computed in float32 and in this order, as in data_transformer.cpp of BVLC Caffe 1.0.
    """

    mean: NDArray[np.float32]
    std: float | Sequence[float]
    scale: float
    is_of_view: bool

    def __post_init__(self) -> None:
        object.__setattr__(self, "std", for_channels(self.std, "std", len(self.mean)))
        check_factors(self.std, self.scale)

    def normalised(self, image: Image) -> NDArray[np.float64]:
        """The (height, width, channel) image in float64; BadImageError if the mean image has another size."""
        if self.is_of_view:
            return image * self._factors
        self._check(image)
        return (image - self.mean.transpose(1, 2, 0).astype(np.float64)) * self._factors

    def network_input(self, image: Image, place: tuple[int, int], size: Size) -> NDArray[np.float32]:
        """The view of ``size`` at ``place`` (top, left), as (channel, height, width); BadImageError as above."""
        rows, columns = (slice(at, at + side) for at, side in zip(place, size, strict=True))
        mean = self.mean
        if not self.is_of_view:
            self._check(image)
            mean = mean[:, rows, columns]
        view = image[rows, columns].transpose(2, 0, 1).astype(np.float32, order="C")
        view -= mean
        view *= self._float32_factors
        return view

    def finished(self, views: NDArray[np.float32]) -> NDArray[np.float32]:
        """The views minus the mean, if it applies to them."""
        return views - self.mean * self._float32_factors if self.is_of_view else views

    def _check(self, image: Image) -> None:
        (height, width), (mean_height, mean_width) = image.shape[:2], self.mean.shape[1:]
        if (height, width) != (mean_height, mean_width):
            raise BadImageError(f"{width} x {height} pixels, but the mean image has {mean_width} x {mean_height}")

    @cached_property
    def _factors(self) -> NDArray[np.float64]:
        return self.scale / np.array(self.std)

    @cached_property
    def _float32_factors(self) -> NDArray[np.float32]:
        return self._factors.astype(np.float32)[:, np.newaxis, np.newaxis]
