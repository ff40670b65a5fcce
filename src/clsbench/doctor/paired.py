"""Two settings on the same images: which is better, and is the sample large enough to tell?"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import wilcoxon  # type: ignore[import-untyped]

from clsbench.compare.mcnemar import mcnemar
from clsbench.doctor.trial import Trial
from clsbench.evaluation.chance import near_chance

_HITS_LEVEL = 0.05
_RANK_LEVEL = 0.01


@dataclass(frozen=True)
class Sight:
    """A trial seen with the labels of labelling ``row``."""

    trial: Trial
    labels: NDArray[np.int64]
    row: int

    @property
    def hits(self) -> NDArray[np.bool_]:
        """(image,) whether the best class is the label."""
        return self.trial.hits(self.labels)

    @property
    def rank(self) -> tuple[int, int]:
        """Higher is better: the number of right images, then of those with the label among the best five."""
        return int(self.hits.sum()), int(self.trial.hits(self.labels, 5).sum())

    @property
    def places(self) -> NDArray[np.float64]:
        """(image,) the logarithm of the label's place, so that 1 to 2 counts as much as 10 to 20."""
        found: NDArray[np.float64] = np.log(self.trial.ranks[self.row])
        return found

    @property
    def is_near_chance(self) -> bool:
        """Whether guessing would give as many."""
        return near_chance(int(self.hits.sum()), len(self.labels), self.trial.classes)


@dataclass(frozen=True)
class Paired:
    """``gained`` images are right only with the other settings, ``lost`` only with the previous ones.

    ``p`` is McNemar's. ``p_rank`` is from Wilcoxon's signed-rank test on the logarithm of the label's place among the
    classes, which detects small differences with fewer images. Neither is corrected for the ``tries`` from which the
    best was chosen. ``at_chance``: the other settings are right no more often than guessing.
    """

    gained: int
    lost: int
    p: float
    p_rank: float
    tries: int
    at_chance: bool

    @property
    def p_corrected(self) -> float:
        """McNemar's p, Bonferroni-corrected."""
        return min(1.0, self.p * self.tries)

    @property
    def found(self) -> bool:
        """Whether the other settings are better, beyond chance."""
        if self.gained <= self.lost or self.at_chance:
            return False
        return self.p_corrected < _HITS_LEVEL or self.p_rank * self.tries < _RANK_LEVEL


def paired(before: Sight, other: Sight, tries: int) -> Paired:
    """``other`` compared with ``before``."""
    gained, lost = int((other.hits & ~before.hits).sum()), int((before.hits & ~other.hits).sum())
    steps = before.places - other.places
    p_rank = float(wilcoxon(steps).pvalue) if steps.sum() > 0 else 1.0
    return Paired(gained, lost, mcnemar(lost, gained), p_rank, tries, other.is_near_chance)
