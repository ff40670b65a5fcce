"""Pixels -> what a network was trained on: the mean subtracted, divided by the std, per channel in float64."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from clsbench.data.opencv import cv2
from clsbench.errors import ConfigError


@dataclass(frozen=True)
class Preprocessing:
    """``mean`` and ``std`` are in the order blue, green, red, in units of an 8-bit pixel."""

    mean: Sequence[float]
    std: Sequence[float]

    def __post_init__(self) -> None:
        for name in ("mean", "std"):
            values = tuple(float(value) for value in getattr(self, name))
            if len(values) != 3 or not np.isfinite(values).all():
                raise ConfigError(f"preprocessing.{name}={list(values)}: give three numbers, [blue, green, red]")
            object.__setattr__(self, name, values)
        if min(self.std) <= 0:
            raise ConfigError(f"preprocessing.std={list(self.std)}: pixels are divided by it; give positive numbers")

    def normalised(self, image: NDArray[np.uint8]) -> NDArray[np.float64]:
        """The (height, width, channel) image in float64, ready for the resizes that follow."""
        return cv2.LUT(image, self._table)  # type: ignore[return-value]  # the table's type

    def network_input(self, image: NDArray[np.uint8]) -> NDArray[np.float32]:
        """The image as (channel, height, width) float32: what ``normalised`` gives, cast, without the float64 image."""
        planes = np.empty((3, *image.shape[:2]), np.float32)
        cv2.split(cv2.LUT(image, self._float32_table), list(planes))
        return planes

    @cached_property
    def _table(self) -> NDArray[np.float64]:
        # All that an 8-bit pixel can become: 256 divisions a channel instead of one a pixel, and the same bits.
        pixels = np.arange(256, dtype=np.float64)[:, np.newaxis]
        table: NDArray[np.float64] = (pixels - np.array(self.mean)) / np.array(self.std)
        return table.reshape(1, 256, 3)

    @cached_property
    def _float32_table(self) -> NDArray[np.float32]:
        return self._table.astype(np.float32)
