"""What a crop policy is: an image becomes the distinct views that a network scores, each with its weight."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from clsbench.data.preprocessing import Preprocessing
from clsbench.data.resize import with_short_side
from clsbench.errors import ConfigError


@dataclass(frozen=True)
class Views:
    """``views`` (view, channel, height, width), distinct; ``weights`` (view,), how often each one counts."""

    views: NDArray[np.float32]
    weights: NDArray[np.float32]


class Crop(Protocol):
    """A policy that cuts square views of ``crop_size`` from images whose short side is ``base_size``."""

    @property
    def name(self) -> str:
        """The policy's name in the configuration."""

    @property
    def crop_size(self) -> int:
        """Pixels of a view's side."""

    @property
    def base_size(self) -> int:
        """Pixels of the short side of the images that it is given."""

    @property
    def views_per_image(self) -> int:
        """How many views the policy counts, repeated ones included: the sum of the weights."""

    def __call__(self, image: NDArray[np.uint8], preprocessing: Preprocessing) -> Views:
        """The distinct views of one BGR image (height, width, channel) with a short side of ``base_size``."""


@dataclass(frozen=True)
class ViewMaker:
    """Turns decoded images into views; raises BadImageError for one that is too elongated to resize."""

    preprocessing: Preprocessing
    crop: Crop
    rgb: bool = False  # Caffe's networks take blue, green, red

    def __call__(self, image: NDArray[np.uint8]) -> Views:
        """The weighted views of a BGR image (height, width, channel) of any size."""
        made = self.crop(with_short_side(image, self.crop.base_size), self.preprocessing)
        return Views(made.views[:, ::-1], made.weights) if self.rgb else made


def check_sizes(name: str, crop_size: int, base_size: int) -> None:
    """Nothing where views of ``crop_size`` fit into images of ``base_size``; ConfigError otherwise."""
    if not 1 <= crop_size <= base_size:
        raise ConfigError(
            f"crop={name}: crop_size={crop_size} does not fit into base_size={base_size}; "
            "give crop_size >= 1 and base_size >= crop_size"
        )
