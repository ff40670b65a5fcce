"""``crop=multi144``: four sizes, three squares along the long side of each, and twelve views of every square."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from clsbench.data.crop import Views
from clsbench.data.crops.square import cuts, views_of
from clsbench.data.preprocessing import Preprocessing
from clsbench.data.resize import with_short_side
from clsbench.errors import ConfigError

# cls/evaluation_cls.py of soeaver/caffe-model, multi_crop: the sizes that go with each crop size.
PUBLISHED_SIZES: Mapping[int, Sequence[int]] = {
    224: (256, 288, 320, 352),
    235: (270, 300, 330, 360),
    299: (320, 352, 384, 416),
    320: (352, 384, 416, 448),
}


@dataclass(frozen=True)
class Multi144Crop:
    """``sizes`` are the short sides that the image is resized to; None is the published four of the crop size."""

    crop_size: int
    base_size: int
    sizes: Sequence[int] | None
    name: ClassVar[str] = "multi144"

    def __post_init__(self) -> None:
        if self.crop_size < 1 or self.base_size < 1:
            raise ConfigError(f"crop=multi144: crop_size={self.crop_size}, base_size={self.base_size}; give 1 or more")
        sizes = PUBLISHED_SIZES.get(self.crop_size) if self.sizes is None else self.sizes
        if not sizes:
            published = ", ".join(map(str, PUBLISHED_SIZES))
            raise ConfigError(
                f"crop=multi144: no sizes are published for crop_size={self.crop_size}, only for {published}; "
                "give crop.sizes=[...], four sizes in pixels for 144 views"
            )
        if min(sizes) < self.crop_size or len(set(sizes)) < len(sizes):
            raise ConfigError(
                f"crop=multi144: crop.sizes={list(sizes)} must differ and be at least crop_size={self.crop_size}"
            )
        object.__setattr__(self, "sizes", tuple(sizes))

    @property
    def views_per_image(self) -> int:
        """36 for each size: three squares, six views and their mirror images."""
        return 36 * len(self.sizes or ())

    def __call__(self, image: NDArray[np.uint8], preprocessing: Preprocessing) -> Views:
        """Up to 144 views; on a square image the three squares are one, which leaves 48."""
        views, weights = zip(*self._weighted(preprocessing.normalised(image)), strict=True)
        return Views(np.stack(views), np.array(weights, np.float32))

    def _weighted(self, image: NDArray[np.float64]) -> Iterator[tuple[NDArray[np.float32], int]]:
        for size in self.sizes or ():
            places = cuts(size, self.crop_size, whole=True)
            weights = [*places.values(), *places.values()]
            for square, repeats in _squares(with_short_side(image, size), size):
                for view, weight in zip(views_of(square, list(places), self.crop_size), weights, strict=True):
                    yield view, weight * repeats


def _squares(image: NDArray[np.float64], size: int) -> Iterator[tuple[NDArray[np.float64], int]]:
    # Each distinct square along the long side, with how often it occurs among the three.
    step_down, step_right = (image.shape[0] - size) // 2, (image.shape[1] - size) // 2
    offsets = Counter((step_down * step, step_right * step) for step in range(3))
    for (top, left), repeats in offsets.items():
        yield image[top : top + size, left : left + size], repeats
