"""``crop=single``: one view from the middle."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from clsbench.data.crop import Views, check_covers, check_sizes
from clsbench.data.dataset import Image
from clsbench.data.preprocessing import Normaliser
from clsbench.data.size import Sides, size_of


@dataclass(frozen=True)
class SingleCrop:
    """The middle of the image."""

    crop_size: Sides
    base_size: Sides | None
    name: ClassVar[str] = "single"
    views_per_image: ClassVar[int] = 1

    def __post_init__(self) -> None:
        check_sizes(self.name, self.crop_size, self.base_size)

    def __call__(self, image: Image, preprocessing: Normaliser) -> Views:
        """One view, cut before it is normalised, which changes no bit and saves normalising the rest of the image."""
        size = size_of(self.crop_size)
        check_covers(image, size)
        middle = (image.shape[0] - size.height) // 2, (image.shape[1] - size.width) // 2
        return Views(preprocessing.network_input(image, middle, size)[np.newaxis], np.ones(1, np.float32))
