"""Is a measured error the published one? Within a tolerance that is wider where only a sample was measured."""

from collections.abc import Sequence
from dataclasses import dataclass

WITHIN, OUTSIDE = "within", "outside"
DEFAULT_POINTS = 0.1
# 95 of 100 samples have an error within so many standard errors of the whole set's.
_SIGMAS = 1.96
# Both are decimal fractions that binary ones only come near to.
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Figure:
    """A measured number beside the published one; ``error`` is the standard error, of a time the deviation."""

    name: str
    value: float | None
    error: float | None
    published: float | None

    @property
    def difference(self) -> float | None:
        """Measured minus published."""
        return None if self.value is None or self.published is None else self.value - self.published

    @property
    def ratio(self) -> float | None:
        """Measured over published."""
        return None if self.value is None or not self.published else self.value / self.published


def verdict(figures: Sequence[Figure], points: float, *, sampled: bool) -> str:
    """WITHIN where every published figure was met, else OUTSIDE; empty if nothing is published.

    ``points``: percentage points; ``sampled``: the 95 % sampling error is added. The whole set is the published
    one, image by image, so that it has none.
    """
    known = [(figure, difference) for figure in figures if (difference := figure.difference) is not None]
    if not known:
        return ""
    met = (abs(difference) <= points + _sampling(figure, sampled=sampled) + _ROUNDING for figure, difference in known)
    return WITHIN if all(met) else OUTSIDE


def _sampling(figure: Figure, *, sampled: bool) -> float:
    return _SIGMAS * (figure.error or 0.0) if sampled else 0.0
