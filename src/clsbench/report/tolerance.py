"""Decides whether a measured error matches the published one, within a tolerance that is wider for a sample."""

from collections.abc import Sequence
from dataclasses import dataclass

WITHIN, OUTSIDE = "within", "outside"
DEFAULT_POINTS = 0.1
# The errors of 95 in 100 samples are within this many standard errors of the whole set's error.
_SIGMAS = 1.96
# Both are decimal fractions, which binary fractions only approximate.
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Figure:
    """A measured number and the published one; ``error`` is the standard error, or the deviation of a time."""

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
    """WITHIN if every published figure was met, else OUTSIDE; empty if nothing is published.

    ``points``: percentage points; ``sampled``: the 95 % sampling error is added. The whole set equals the published one
    image by image, so it has none.
    """
    known = [(figure, difference) for figure in figures if (difference := figure.difference) is not None]
    if not known:
        return ""
    met = (abs(difference) <= points + _sampling(figure, sampled=sampled) + _ROUNDING for figure, difference in known)
    return WITHIN if all(met) else OUTSIDE


def _sampling(figure: Figure, *, sampled: bool) -> float:
    return _SIGMAS * (figure.error or 0.0) if sampled else 0.0
