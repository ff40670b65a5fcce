"""Seeded noise as calibration views."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class SmallViews:
    """``count`` views of ``shape`` (channel, height, width)."""

    count: int = 8
    shape: tuple[int, int, int] = (3, 8, 8)
    rms: float = 1.0
    digest: str = "noise"

    def __iter__(self) -> Iterator[NDArray[np.float32]]:
        random = np.random.default_rng(0)
        for _ in range(self.count):
            yield random.standard_normal((1, *self.shape), np.float32) * np.float32(self.rms)

    def __len__(self) -> int:
        return self.count

    def all(self) -> NDArray[np.float32]:
        """(view, channel, height, width)."""
        return np.concatenate(list(self))
