"""``crop=single``: one square view from the middle."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from clsbench.data.crop import Views, check_sizes
from clsbench.data.preprocessing import Preprocessing


@dataclass(frozen=True)
class SingleCrop:
    """The middle of the image with its short side at ``base_size``."""

    crop_size: int
    base_size: int
    name: ClassVar[str] = "single"
    views_per_image: ClassVar[int] = 1

    def __post_init__(self) -> None:
        check_sizes(self.name, self.crop_size, self.base_size)

    def __call__(self, image: NDArray[np.uint8], preprocessing: Preprocessing) -> Views:
        """One view; cut before it is normalised, which changes no bit and spares the rest of the image."""
        top, left = (image.shape[0] - self.crop_size) // 2, (image.shape[1] - self.crop_size) // 2
        middle = image[top : top + self.crop_size, left : left + self.crop_size]
        return Views(preprocessing.network_input(middle)[np.newaxis], np.ones(1, np.float32))
