"""``crop=multi144``: four sizes, three windows along the long side of each, and twelve views of every square."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from clsbench.data.crop import Views
from clsbench.data.crops.square import Cut, cuts, pairs_of, views_of
from clsbench.data.dataset import Image
from clsbench.data.mirrors import Mirrors, joined
from clsbench.data.preprocessing import Normaliser
from clsbench.data.resize import with_short_side
from clsbench.data.size import Sides, Size, size_of
from clsbench.errors import ConfigError

# cls/evaluation_cls.py of soeaver/caffe-model, multi_crop: the sizes for each crop size.
PUBLISHED_SIZES: Mapping[int, Sequence[int]] = {
    224: (256, 288, 320, 352),
    235: (270, 300, 330, 360),
    299: (320, 352, 384, 416),
    320: (352, 384, 416, 448),
}


@dataclass(frozen=True)
class Multi144Crop:
    """``sizes`` are the short sides to which the image is resized; None means the published four for the crop size.

    At each size, three windows of the crop's own shape (squares if it is square) are placed along the image's long
    side.
    """

    crop_size: Sides
    base_size: Sides | None
    sizes: Sequence[int] | None
    name: ClassVar[str] = "multi144"

    def __post_init__(self) -> None:
        crop, base = size_of(self.crop_size), size_of(self.crop_size if self.base_size is None else self.base_size)
        if min(*crop, *base) < 1:
            raise ConfigError(f"crop=multi144: crop_size={crop}, base_size={base}; give 1 or more")
        sizes = (
            (PUBLISHED_SIZES.get(crop.height) if crop.height == crop.width else None)
            if self.sizes is None
            else self.sizes
        )
        if not sizes:
            published = ", ".join(map(str, PUBLISHED_SIZES))
            raise ConfigError(
                f"crop=multi144: no sizes are published for crop_size={crop}, only for {published}; "
                "give crop.sizes=[...], four sizes in pixels for 144 views"
            )
        if min(sizes) < min(crop) or len(set(sizes)) < len(sizes):
            raise ConfigError(
                f"crop=multi144: crop.sizes={list(sizes)} must differ and be at least crop_size={min(crop)}"
            )
        object.__setattr__(self, "sizes", tuple(sizes))

    @property
    def views_per_image(self) -> int:
        """36 for each size: three windows, six views and their mirror images."""
        return 36 * len(self.sizes or ())

    def __call__(self, image: Image, preprocessing: Normaliser) -> Views:
        """Up to 144 views; if the three windows coincide, as on a square image, 48 remain."""
        views, weights = zip(*self._weighted(preprocessing.normalised(image)), strict=True)
        return Views(preprocessing.finished(np.stack(views)), np.array(weights, np.float32))

    def in_pairs(self, image: Image, preprocessing: Normaliser) -> Views:
        """The same, without the mirror images."""
        rows: list[NDArray[np.float32]] = []
        weights, parts = list[int](), list[tuple[int, Mirrors]]()
        for part, places, repeats in self._parts(preprocessing.normalised(image)):
            made, mirrors = pairs_of(part, list(places), size_of(self.crop_size))
            rows += made
            parts.append((len(made), mirrors))
            weights += [weight * repeats for weight in [*places.values(), *places.values()]]
        return Views(preprocessing.finished(np.stack(rows)), np.array(weights, np.float32), joined(parts))

    def _weighted(self, image: NDArray[np.float64]) -> Iterator[tuple[NDArray[np.float32], int]]:
        for part, places, repeats in self._parts(image):
            weights = [*places.values(), *places.values()]
            views = views_of(part, list(places), size_of(self.crop_size))
            for view, weight in zip(views, weights, strict=True):
                yield view, weight * repeats

    def _parts(self, image: NDArray[np.float64]) -> Iterator[tuple[NDArray[np.float64], Counter[Cut], int]]:
        """Each window, its cuts, and how often it occurs."""
        crop = size_of(self.crop_size)
        for size in self.sizes or ():
            window = Size(size * crop.height // min(crop), size * crop.width // min(crop))
            places = cuts(window, crop, whole=True)
            for part, repeats in _windows(with_short_side(image, window), window):
                yield part, places, repeats


def _windows(image: NDArray[np.float64], size: Size) -> Iterator[tuple[NDArray[np.float64], int]]:
    # Each distinct window along the long side, with how often it occurs among the three.
    step_down, step_right = (image.shape[0] - size.height) // 2, (image.shape[1] - size.width) // 2
    offsets = Counter((step_down * step, step_right * step) for step in range(3))
    for (top, left), repeats in offsets.items():
        yield image[top : top + size.height, left : left + size.width], repeats
