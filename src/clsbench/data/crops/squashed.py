"""``crop=multi10`` and ``crop=multi12``: views of the image squashed to a square, which loses the aspect ratio."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clsbench.data.crop import Views, check_sizes
from clsbench.data.crops.square import cuts, views_of
from clsbench.data.preprocessing import Preprocessing
from clsbench.data.resize import resized


@dataclass(frozen=True)
class SquashedCrop:
    """Corners and middle of the squashed image, with ``whole`` the whole of it too, and the same of its mirror image.

    With the whole image these are the published 12 views; without it Caffe's ten (``caffe.io.oversample``), taken from
    the same squashed image. At ``crop_size == base_size`` only 2 views are distinct.
    """

    name: str
    whole: bool
    crop_size: int
    base_size: int

    def __post_init__(self) -> None:
        check_sizes(self.name, self.crop_size, self.base_size)

    @property
    def views_per_image(self) -> int:
        """10, or 12 with the whole image."""
        return 12 if self.whole else 10

    def __call__(self, image: NDArray[np.uint8], preprocessing: Preprocessing) -> Views:
        """Up to 12 views; the second resize works on the normalised image, as the published script's does."""
        square = resized(preprocessing.normalised(image), self.base_size, self.base_size)
        places = cuts(self.base_size, self.crop_size, whole=self.whole)
        return Views(
            np.stack(list(views_of(square, list(places), self.crop_size))),
            np.array([*places.values(), *places.values()], np.float32),
        )
