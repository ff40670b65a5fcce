"""The input of the engines: a dataset's images, or seeded noise that needs none."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import numpy as np

from clsbench.data.crop import ViewMaker
from clsbench.data.dataset import Dataset
from clsbench.data.loader import LoadedImage, loaded


@dataclass(frozen=True)
class RandomImages:
    """``count`` views with the spread of prepared photographs, the same for the same seed."""

    count: int
    seed: int
    shape: tuple[int, int, int]
    rms: float
    name: str = "random"

    def of_strength(self, rms: float) -> "RandomImages":
        """The same noise with another root mean square."""
        return replace(self, rms=rms)

    @property
    def digest(self) -> str:
        """Identifies them."""
        return f"random:{self.count}:{self.seed}:{self.rms:.4g}"

    def title(self, index: int) -> str:
        """The name of one."""
        return f"random-{index}"

    @contextmanager
    def opened(self) -> Iterator[Iterator[LoadedImage]]:
        """Yields each view, as an image with one view."""
        random = np.random.default_rng(self.seed)
        one = np.ones(1, np.float32)
        yield (
            LoadedImage(index, random.standard_normal((1, *self.shape), np.float32) * np.float32(self.rms), one, None)
            for index in range(self.count)
        )


@dataclass(frozen=True)
class DatasetImages:
    """Every image of a dataset, in its views; ``workers`` threads make them."""

    dataset: Dataset
    views: ViewMaker
    workers: int

    @property
    def name(self) -> str:
        """The dataset's name."""
        return self.dataset.name

    @property
    def digest(self) -> str:
        """Identifies them."""
        return self.dataset.digest

    @property
    def count(self) -> int:
        """The number of images, including bad ones."""
        return len(self.dataset.samples)

    def title(self, index: int) -> str:
        """The name of one."""
        return self.dataset.samples[index].name

    @contextmanager
    def opened(self) -> Iterator[Iterator[LoadedImage]]:
        """Yields each image, in order."""
        ahead = 2 * self.workers
        with loaded(
            self.dataset,
            range(self.count),
            self.views.of_stored,
            workers=self.workers,
            ahead=ahead,
        ) as images:
            yield images


Images = RandomImages | DatasetImages
