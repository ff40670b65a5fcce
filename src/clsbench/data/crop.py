"""The interface of a crop policy: an image becomes the distinct views that a network scores, each with a weight."""

from dataclasses import dataclass, replace
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from clsbench.data.bad_image import BadImageError
from clsbench.data.dataset import Image, Stored
from clsbench.data.decode import decode
from clsbench.data.mirrors import Mirrors
from clsbench.data.preprocessing import Normaliser
from clsbench.data.resizes import PUBLISHED, Resize
from clsbench.data.size import Sides, Size, size_of
from clsbench.errors import ConfigError


@dataclass(frozen=True)
class Views:
    """``views`` (view, channel, height, width), distinct; ``weights`` (view,), how often each one counts.

    With ``mirrors``, ``views`` holds only those that are not mirror images of others.
    """

    views: NDArray[np.float32]
    weights: NDArray[np.float32]
    mirrors: Mirrors | None = None


class Crop(Protocol):
    """A policy that cuts views of ``crop_size`` from images that were resized for ``base_size``."""

    @property
    def name(self) -> str:
        """The policy's name in the configuration."""

    @property
    def crop_size(self) -> Sides:
        """Pixels of a view."""

    @property
    def base_size(self) -> Sides | None:
        """Pixels of the images it receives; None if they keep their own size."""

    @property
    def views_per_image(self) -> int:
        """The number of views that the policy counts, including repeated ones: the sum of the weights."""

    def __call__(self, image: Image, preprocessing: Normaliser) -> Views:
        """The distinct views of one image (height, width, channel), in colour BGR."""


@runtime_checkable
class CutsPairs(Protocol):
    """A policy that includes mirror images of its views."""

    def in_pairs(self, image: Image, preprocessing: Normaliser) -> Views:
        """Like the call, but without the mirror images; bitwise the same."""


@dataclass(frozen=True)
class ViewMaker:
    """Turns decoded images into views; raises BadImageError for one that is too elongated to resize, or too small."""

    preprocessing: Normaliser
    crop: Crop
    rgb: bool = False  # Caffe's networks take blue, green, red
    resize: Resize = PUBLISHED
    channels: int = 3  # 1 = images are decoded as grey
    in_pairs: bool = False  # whoever runs the views makes the mirror images; the policy is one that CutsPairs

    def of_stored(self, stored: Stored) -> Views:
        """The weighted views of an image file's bytes, or of pixels (height, width, channel).

        Raises BadImageError if they are not an image, or have other channels than the network takes.
        """
        return self.cut(self.image_of(stored))

    def image_of(self, stored: Stored) -> Image:
        """The resized image from which the views are cut; raises BadImageError as above."""
        image = self._decoded(stored) if isinstance(stored, bytes) else stored
        if image.shape[2] != self.channels:
            raise BadImageError(f"pixels of {image.shape[2]} channels, but the network takes {self.channels}")
        if image.dtype != np.uint8 and not np.isfinite(image).all():
            raise BadImageError("numbers that are not finite")
        return self._resized(image)

    def _decoded(self, file: bytes) -> Image:
        if self.channels not in (1, 3):
            raise BadImageError(f"an image file, but the network takes {self.channels} channels")
        return decode(file, self.channels)

    def __call__(self, image: Image) -> Views:
        """The weighted views of a BGR or grey image (height, width, channel) of any size."""
        return self.cut(self._resized(image))

    def _resized(self, image: Image) -> Image:
        return image if self.crop.base_size is None else self.resize(image, size_of(self.crop.base_size))

    def cut(self, image: Image) -> Views:
        """The weighted views of an image that is already resized."""
        crop = self.crop.in_pairs if self.in_pairs and isinstance(self.crop, CutsPairs) else self.crop
        made = crop(image, self.preprocessing)
        return replace(made, views=made.views[:, ::-1]) if self.rgb else made


def check_sizes(name: str, crop_size: Sides, base_size: Sides | None) -> None:
    """Raises ConfigError unless views of ``crop_size`` fit into images of ``base_size``."""
    crop = size_of(crop_size)
    base = size_of(base_size) if base_size is not None else crop
    if min(crop) < 1 or crop.height > base.height or crop.width > base.width:
        raise ConfigError(
            f"crop={name}: crop_size={crop} does not fit into base_size={base}; "
            "give crop_size >= 1 and base_size >= crop_size"
        )


def check_covers(image: Image, crop_size: Size) -> None:
    """Raises BadImageError unless a view fits into the image."""
    height, width = image.shape[:2]
    if height < crop_size.height or width < crop_size.width:
        raise BadImageError(
            f"{width} x {height} pixels, smaller than the view of {crop_size.width} x {crop_size.height}"
        )
