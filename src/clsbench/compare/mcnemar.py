"""McNemar's exact test: do two runs make errors equally often on the same images?"""

from scipy.stats import binomtest  # type: ignore[import-untyped]


def mcnemar(lost: int, gained: int) -> float:
    """The two-sided p value for ``lost`` images missed only by the second run and ``gained`` missed only by the first.

    If both runs are equally good, each image on which they differ falls to either side like a coin: McNemar,
    Psychometrika 12 (1947) 153-157, with the binomial distribution itself instead of its chi-squared approximation.
    """
    if lost + gained == 0:
        return 1.0
    return float(binomtest(lost, lost + gained).pvalue)
