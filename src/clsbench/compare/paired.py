"""One run's errors beside another's on the same images: the difference, its interval, and whether it may be chance."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clsbench.compare.intervals import Interval, paired_interval
from clsbench.compare.mcnemar import mcnemar

SIGNIFICANT = 0.05


@dataclass(frozen=True)
class Paired:
    """Counts of images: ``lost`` are missed only by B, ``gained`` only by A, ``both`` by both."""

    images: int
    lost: int
    gained: int
    both: int

    @property
    def errors_a(self) -> int:
        """A's errors."""
        return self.gained + self.both

    @property
    def errors_b(self) -> int:
        """B's errors."""
        return self.lost + self.both

    @property
    def difference(self) -> float:
        """B's error rate minus A's, in points (percent)."""
        return 100 * (self.lost - self.gained) / self.images

    @property
    def interval(self) -> Interval:
        """The 95 % interval of ``difference``, in points."""
        low, high = paired_interval(self.lost, self.gained, self.images)
        return 100 * low, 100 * high

    @property
    def p(self) -> float:
        """The p value of McNemar's exact test."""
        return mcnemar(self.lost, self.gained)


def paired(hits_a: NDArray[np.bool_], hits_b: NDArray[np.bool_]) -> Paired:
    """The counts of two runs' hits (image,) on the same images, at least one."""
    return Paired(
        images=len(hits_a),
        lost=int((hits_a & ~hits_b).sum()),
        gained=int((~hits_a & hits_b).sum()),
        both=int((~hits_a & ~hits_b).sum()),
    )
