"""95 % intervals for the difference of two error rates: on the same images, and on separate images."""

from math import sqrt

from scipy.optimize import brentq  # type: ignore[import-untyped]
from scipy.stats import binomtest, fisher_exact  # type: ignore[import-untyped]

Interval = tuple[float, float]

_Z = 1.959963984540054  # of the normal distribution, 95 % two-sided


def paired_interval(lost: int, gained: int, images: int) -> Interval:
    """For (``lost`` - ``gained``) / ``images``: Tango's score interval, Statistics in Medicine 17 (1998) 891-908.

    Recommended, among others, by Fagerland, Lydersen and Laake, Statistics in Medicine 33 (2014) 2850-2875. Unlike
    Wald's, it keeps its 95 % if few images differ, and has a width even if none does.
    """
    return -_upper(gained, lost, images), _upper(lost, gained, images)


def unpaired_interval(errors_a: int, images_a: int, errors_b: int, images_b: int) -> Interval:
    """For B's error rate minus A's: Newcombe's method 10, Statistics in Medicine 17 (1998) 873-890."""
    a, b = errors_a / images_a, errors_b / images_b
    low_a, high_a = _wilson(errors_a, images_a)
    low_b, high_b = _wilson(errors_b, images_b)
    return b - a - sqrt((b - low_b) ** 2 + (high_a - a) ** 2), b - a + sqrt((high_b - b) ** 2 + (a - low_a) ** 2)


def unpaired_p(errors_a: int, images_a: int, errors_b: int, images_b: int) -> float:
    """The two-sided p value of Fisher's exact test."""
    table = ((errors_a, images_a - errors_a), (errors_b, images_b - errors_b))
    return float(fisher_exact(table).pvalue)


def _upper(lost: int, gained: int, images: int) -> float:
    difference = (lost - gained) / images

    def beyond(candidate: float) -> float:
        """Above 0 if the data lie more than ``_Z`` standard deviations from a true difference ``candidate``."""
        linear = (2 * images - lost + gained) * candidate - lost - gained
        constant = -gained * candidate * (1 - candidate)
        # The most likely share of images that only A misses, given ``candidate``.
        share = (sqrt(max(0.0, linear**2 - 8 * images * constant)) - linear) / (4 * images)
        variance = images * (2 * share + candidate * (1 - candidate))
        return (lost - gained - images * candidate) ** 2 - _Z**2 * variance

    start = difference + 1e-12  # if no image differs, ``difference`` itself is also a root
    return 1.0 if start >= 1 else float(brentq(beyond, start, 1.0))


def _wilson(errors: int, images: int) -> Interval:
    interval = binomtest(errors, images).proportion_ci(method="wilson")
    return float(interval.low), float(interval.high)
