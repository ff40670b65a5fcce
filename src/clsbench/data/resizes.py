"""Resize policies, named as in conf/resize/: what happens to an image before views are cut from it."""

from dataclasses import dataclass
from typing import ClassVar, Protocol

from clsbench.data.dataset import Image
from clsbench.data.resize import INTERPOLATIONS, LINEAR, resized, with_short_side
from clsbench.data.size import Size
from clsbench.errors import ConfigError


class Resize(Protocol):
    """Prepares images for a crop policy."""

    @property
    def name(self) -> str:
        """The policy's name in the configuration."""

    @property
    def gives_base_size(self) -> bool:
        """Whether every image becomes exactly the base size."""

    def __call__(self, image: Image, base_size: Size) -> Image:
        """The (height, width, channel) image; raises BadImageError for an image that is too elongated."""


@dataclass(frozen=True)
class ShortSide:
    """The published resize: the short side becomes the base size, and the aspect ratio is kept."""

    interpolation: str
    name: ClassVar[str] = "short_side"
    gives_base_size: ClassVar[bool] = False

    def __post_init__(self) -> None:
        _check(self.interpolation)

    def __call__(self, image: Image, base_size: Size) -> Image:
        """The image that just covers ``base_size``."""
        return with_short_side(image, base_size, self.interpolation)


@dataclass(frozen=True)
class Squash:
    """Both sides become the base size, as with convert_imageset's ``resize_height`` or pycaffe's ``image_dims``."""

    interpolation: str
    name: ClassVar[str] = "squash"
    gives_base_size: ClassVar[bool] = True

    def __post_init__(self) -> None:
        _check(self.interpolation)

    def __call__(self, image: Image, base_size: Size) -> Image:
        """The image of exactly ``base_size``; its aspect ratio is lost."""
        return resized(image, base_size.height, base_size.width, self.interpolation)


@dataclass(frozen=True)
class NoResize:
    """For images that already have their size, such as those of an LMDB."""

    name: ClassVar[str] = "none"
    gives_base_size: ClassVar[bool] = False

    def __call__(self, image: Image, base_size: Size) -> Image:  # noqa: ARG002 - as the others
        """The image, unchanged."""
        return image


def _check(interpolation: str) -> None:
    if interpolation not in INTERPOLATIONS:
        raise ConfigError(f"resize.interpolation={interpolation}: choose one of {', '.join(INTERPOLATIONS)}")


PUBLISHED = ShortSide(LINEAR)
