"""The uncertainty of an error rate: the standard error, or Wilson's interval where that is meaningless."""

from math import sqrt

# The standard error means nothing at 0 of n and n of n, and little with fewer images than these of either kind.
FEWEST = 5
_Z = 1.959963984540054  # for 95 %


def wilson(wrong: int, images: int) -> tuple[float, float]:
    """The 95 % interval of an error rate, in percent (E. B. Wilson, JASA 22, 1927).

    Its coverage is near 95 % for all but the smallest rates (Brown, Cai and DasGupta, Statistical Science 16, 2001).
    """
    rate, z2 = wrong / images, _Z**2
    middle = (rate + z2 / (2 * images)) / (1 + z2 / images)
    half = _Z * sqrt(rate * (1 - rate) / images + z2 / (4 * images**2)) / (1 + z2 / images)
    return 100 * max(0.0, middle - half), 100 * min(1.0, middle + half)


def rare(error: float, images: float | None) -> str:
    """Wilson's interval of an error in percent if either kind is rare; else empty."""
    return doubt(error, None, images)


def doubt(error: float, stderr: float | None, images: float | None) -> str:
    """The uncertainty shown beside an error in percent: ``± 2.86``, or ``(0.00 to 65.76)`` if either kind is rare."""
    if images:
        wrong = round(error / 100 * images)
        if min(wrong, images - wrong) < FEWEST:
            low, high = wilson(wrong, int(images))
            return f"({low:.2f} to {high:.2f})"
    return "" if stderr is None else f"± {stderr:.2f}"
