"""Tells whether an accuracy is no better than guessing."""

from math import exp, log

_LEVEL = 0.05
LEAST_IMAGES = 10  # a sound network may miss most of these, but not all


def near_chance(hits: int, images: int, classes: int) -> bool:
    """Whether so many of ``images`` could be right, each with twice the chance of guessing among ``classes``.

    With two classes, where guessing gets half, the chance used is halfway between half and all.
    """
    if images < LEAST_IMAGES:
        return False
    share = min(2 / classes, (1 + 1 / classes) / 2)
    if _chernoff(hits, images, share) < _LEVEL:
        return False
    # Imported here only: it takes half a second, which every run would pay.
    from scipy.stats import binomtest  # type: ignore[import-untyped]  # noqa: PLC0415

    return bool(binomtest(hits, images, share, alternative="greater").pvalue > _LEVEL)


def _chernoff(hits: int, images: int, share: float) -> float:
    """An upper bound on the probability of at least this many hits (H. Chernoff, Ann. Math. Stat. 23, 1952)."""
    rate = hits / images
    if rate <= share:
        return 1.0
    misses = 0.0 if rate == 1 else (1 - rate) * log((1 - rate) / (1 - share))
    return exp(-images * (rate * log(rate / share) + misses))
