"""The images on which a quantised network's ranges are measured, as views: one from the middle of each."""

import hashlib
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from clsbench.data.crop import ViewMaker
from clsbench.data.dataset import Dataset
from clsbench.data.loader import loaded
from clsbench.errors import DataError

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class CalibrationImages:
    """``maker`` makes one view per image; ``workers`` threads read them. Bad images are left out."""

    dataset: Dataset
    maker: ViewMaker
    workers: int

    def __iter__(self) -> Iterator[NDArray[np.float32]]:
        """Yields each view as (1, channel, height, width), made anew: all of them would not always fit in memory."""
        everything = range(len(self.dataset.samples))
        with loaded(
            self.dataset, everything, self.maker.of_stored, workers=self.workers, ahead=2 * self.workers
        ) as images:
            for image in images:
                if image.views is not None:
                    yield image.views

    def __len__(self) -> int:
        """The number of readable images."""
        return self._seen[0]

    @property
    def digest(self) -> str:
        """The sha256 of the views themselves."""
        return self._seen[1]

    @cached_property
    def _seen(self) -> tuple[int, str]:
        count, sha256 = 0, hashlib.sha256()
        for views in self:
            count += 1
            sha256.update(views.tobytes())
        bad = len(self.dataset.samples) - count
        if not count:
            raise DataError(f"calibration: none of {bad} images of {self.dataset.name} can be read; give others")
        if bad:
            log.warning("calibration: %d images of %s cannot be read and are left out", bad, self.dataset.name)
        return count, sha256.hexdigest()


@dataclass(frozen=True)
class CalibrationNoise:
    """``count`` views of seeded noise with root mean square ``rms``: for timings, which do not depend on ranges."""

    count: int
    shape: tuple[int, int, int]
    rms: float
    seed: int = 0

    def __iter__(self) -> Iterator[NDArray[np.float32]]:
        """Each view, as (1, channel, height, width)."""
        random = np.random.default_rng(self.seed)
        for _ in range(self.count):
            yield random.standard_normal((1, *self.shape), np.float32) * np.float32(self.rms)

    def __len__(self) -> int:
        """The number of views."""
        return self.count

    @property
    def digest(self) -> str:
        """Identifies them."""
        return f"noise:{self.count}:{self.shape}:{self.seed}:{self.rms:.4g}"
