"""McNemar's exact test: do two runs err equally often on the same images?"""

from scipy.stats import binomtest  # type: ignore[import-untyped]


def mcnemar(lost: int, gained: int) -> float:
    """The two-sided p value of ``lost`` images that only the second run misses, ``gained`` that only the first does.

    Where both runs are equally good, each image on which they differ falls to either side like a coin: McNemar,
    Psychometrika 12 (1947) 153-157, with the binomial distribution itself in place of its chi-squared approximation.
    """
    if lost + gained == 0:
        return 1.0
    return float(binomtest(lost, lost + gained).pvalue)
