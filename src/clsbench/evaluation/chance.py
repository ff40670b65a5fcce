"""Is an accuracy what guessing gives?"""

from scipy.stats import binomtest  # type: ignore[import-untyped]

_LEVEL = 0.05
LEAST_IMAGES = 10  # of which a sound network may miss most, but not all


def near_chance(hits: int, images: int, classes: int) -> bool:
    """Whether so many of ``images`` may be right where each is with twice the chance of guessing among ``classes``.

    With two classes, of which guessing gives half, halfway between that and all.
    """
    if images < LEAST_IMAGES:
        return False
    share = min(2 / classes, (1 + 1 / classes) / 2)
    return bool(binomtest(hits, images, share, alternative="greater").pvalue > _LEVEL)
