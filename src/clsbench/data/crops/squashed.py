"""``crop=multi10`` and ``crop=multi12``: views of the image squashed to the base size, losing its aspect ratio."""

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clsbench.data.crop import Views, check_covers, check_sizes
from clsbench.data.crops.square import Cut, cuts, pairs_of, views_of
from clsbench.data.dataset import Image
from clsbench.data.preprocessing import Normaliser
from clsbench.data.resize import resized
from clsbench.data.size import Sides, Size, size_of


@dataclass(frozen=True)
class SquashedCrop:
    """Corners and middle of the squashed image, with ``whole`` also the whole of it, and the same of its mirror image.

    With the whole image these are the published 12 views; without it, Caffe's ten (``caffe.io.oversample``), taken from
    the same squashed image. At ``crop_size == base_size`` only 2 views are distinct. Images that keep their own size
    (``base_size`` None) are not squashed.
    """

    name: str
    whole: bool
    crop_size: Sides
    base_size: Sides | None

    def __post_init__(self) -> None:
        check_sizes(self.name, self.crop_size, self.base_size)

    @property
    def views_per_image(self) -> int:
        """10, or 12 with the whole image."""
        return 12 if self.whole else 10

    def __call__(self, image: Image, preprocessing: Normaliser) -> Views:
        """Up to 12 views; the second resize works on the normalised image, as in the published script."""
        squashed, places = self._squashed(image, preprocessing)
        views = np.stack(list(views_of(squashed, list(places), size_of(self.crop_size))))
        return Views(preprocessing.finished(views), _weights(places))

    def in_pairs(self, image: Image, preprocessing: Normaliser) -> Views:
        """The same, without the mirror images."""
        squashed, places = self._squashed(image, preprocessing)
        rows, mirrors = pairs_of(squashed, list(places), size_of(self.crop_size))
        return Views(preprocessing.finished(np.stack(rows)), _weights(places), mirrors)

    def _squashed(self, image: Image, preprocessing: Normaliser) -> tuple[NDArray[np.float64], Counter[Cut]]:
        size = size_of(self.crop_size)
        check_covers(image, size)
        squashed = preprocessing.normalised(image)
        if self.base_size is not None:
            squashed = resized(squashed, *size_of(self.base_size))
        return squashed, cuts(Size(*squashed.shape[:2]), size, whole=self.whole)


def _weights(places: Counter[Cut]) -> NDArray[np.float32]:
    return np.array([*places.values(), *places.values()], np.float32)
