"""Turns pixels into what a network was trained on: the mean of each channel subtracted, scaled, divided by the std."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from clsbench.data.dataset import Image
from clsbench.data.opencv import cv2
from clsbench.data.size import Size
from clsbench.errors import ConfigError

_CURE = "give one number, or one per channel: three in colour, [blue, green, red]"


class Normaliser(Protocol):
    """Makes a network's input from 8-bit pixels."""

    def normalised(self, image: Image) -> NDArray[np.float64]:
        """The (height, width, channel) image in float64, ready for the resizes that follow."""

    def network_input(self, image: Image, place: tuple[int, int], size: Size) -> NDArray[np.float32]:
        """The view of ``size`` at ``place`` (top, left) of the image, as (channel, height, width) float32."""

    def finished(self, views: NDArray[np.float32]) -> NDArray[np.float32]:
        """Views (view, channel, height, width) cut from a ``normalised`` image, ready for the network."""


@dataclass(frozen=True)
class TransformFile:
    """Names a training file; the preprocessing stated in its data layer replaces this before images are made."""

    file: str | None
    mean_image: str


@dataclass(frozen=True)
class Preprocessing:
    """(pixel - mean) x scale / std, computed in float64.

    ``mean`` and ``std`` are in the order blue, green, red, in units of an 8-bit pixel; a single number applies to all
    channels.
    """

    mean: float | Sequence[float]
    std: float | Sequence[float]
    scale: float
    mean_image: str  # what of a mean file is subtracted: its "pixels", or "channels", its mean of each channel

    def __post_init__(self) -> None:
        if self.mean_image not in ("pixels", "channels"):
            raise ConfigError(f"preprocessing.mean_image={self.mean_image}: choose pixels or channels")
        mean, std = _numbers(self.mean, "mean"), _numbers(self.std, "std")
        channels = max(len(mean), len(std))
        object.__setattr__(self, "mean", for_channels(mean, "mean", channels))
        object.__setattr__(self, "std", for_channels(std, "std", channels))
        check_factors(self.std, self.scale)

    @property
    def channels(self) -> int:
        """Channels of the images that it takes."""
        return len(np.atleast_1d(self.mean))

    def of(self, channels: int) -> "Preprocessing":
        """The same for images with that many channels; raises ConfigError if there is another count of numbers."""
        mean, std = (for_channels(_numbers(getattr(self, name), name), name, channels) for name in ("mean", "std"))
        return replace(self, mean=mean, std=std)

    def normalised(self, image: Image) -> NDArray[np.float64]:
        """The (height, width, channel) image in float64, ready for the resizes that follow."""
        if image.dtype != np.uint8:
            return self._computed(image)
        return cv2.LUT(image, self._table).reshape(image.shape)  # type: ignore[return-value]  # the table's type

    def network_input(
        self, image: Image, place: tuple[int, int] = (0, 0), size: Size | None = None
    ) -> NDArray[np.float32]:
        """What ``normalised`` gives for a view, cast, without the float64 image; without ``size``, the whole image."""
        (top, left), (height, width) = place, size or image.shape[:2]
        view = image[top : top + height, left : left + width]
        if image.dtype != np.uint8:
            return np.ascontiguousarray(self._computed(view).transpose(2, 0, 1), np.float32)
        planes = np.empty((self.channels, height, width), np.float32)
        cv2.split(cv2.LUT(view, self._float32_table), list(planes))
        return planes

    def finished(self, views: NDArray[np.float32]) -> NDArray[np.float32]:
        """Returns ``views``: nothing is left to do."""
        return views

    @property
    def table(self) -> NDArray[np.float32]:
        """The value of each 8-bit pixel in a view: (channel, 256)."""
        return np.ascontiguousarray(self._float32_table[0].T)

    def _computed(self, image: Image) -> NDArray[np.float64]:
        """For numbers with more values than a table holds."""
        numbers: NDArray[np.float64] = (
            (image.astype(np.float64) - np.array(self.mean)) * self.scale / np.array(self.std)
        )
        return numbers

    @cached_property
    def _table(self) -> NDArray[np.float64]:
        # Every value that an 8-bit pixel can become: 256 divisions per channel instead of one per pixel, and the same
        # bits.
        pixels = np.arange(256, dtype=np.float64)[:, np.newaxis]
        table: NDArray[np.float64] = (pixels - np.array(self.mean)) * self.scale / np.array(self.std)
        return table.reshape(1, 256, self.channels)

    @cached_property
    def _float32_table(self) -> NDArray[np.float32]:
        return self._table.astype(np.float32)


def for_channels(given: float | Sequence[float], name: str, channels: int) -> tuple[float, ...]:
    """One number per channel; a single number, or several equal ones, apply to every channel. Raises ConfigError."""
    values = _numbers(given, name)
    if len(set(values)) == 1:
        return values[:1] * channels
    if len(values) != channels:
        raise ConfigError(
            f"preprocessing.{name}={list(values)}: {len(values)} numbers for images of {channels} "
            f"{'channel' if channels == 1 else 'channels'}; {_CURE}"
        )
    return values


def _numbers(given: float | Sequence[float], name: str) -> tuple[float, ...]:
    shown = list(given) if isinstance(given, Sequence) and not isinstance(given, str) else given
    try:
        values = tuple(float(value) for value in (shown if isinstance(shown, list) else [shown]))
    except (TypeError, ValueError):
        values = ()
    if not values or not np.isfinite(values).all():
        raise ConfigError(f"preprocessing.{name}={shown}: {_CURE}")
    return values


def check_factors(std: float | Sequence[float], scale: float) -> None:
    """Raises ConfigError if pixels would be divided or multiplied by a number that is not positive."""
    if min(np.atleast_1d(std)) <= 0:
        shown = list(std) if isinstance(std, Sequence) else std
        raise ConfigError(f"preprocessing.std={shown}: pixels are divided by it; give positive numbers")
    if not (np.isfinite(scale) and scale > 0):
        raise ConfigError(f"preprocessing.scale={scale}: pixels are multiplied by it; give a positive number")
