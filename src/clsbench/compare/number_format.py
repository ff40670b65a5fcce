"""Formats the numbers of a comparison: differences, intervals, p values, counts."""

from clsbench.compare.intervals import Interval
from clsbench.evaluation.interval import rare


def points(value: float) -> str:
    """A difference of percentages, with sign."""
    return f"{value + 0.0:+.2f}"


def format_interval(interval: Interval, form: str = "+.2f") -> str:
    """Both ends of the interval."""
    low, high = interval
    return f"{low:{form}} to {high:{form}}"


def format_p(p: float) -> str:
    """A p value with two digits, if they are meaningful."""
    return "p < 0.001" if p < 0.001 else f"p = {p:.2g}"


def p_cell(p: float) -> str:
    """A p value in a table."""
    return "<0.001" if p < 0.001 else f"{p:.3f}"


def more_errors(count: int) -> str:
    """``3 more errors than``, ``1 fewer error than``, or ``as many errors as``."""
    if count == 0:
        return "as many errors as"
    noun = "error" if abs(count) == 1 else "errors"
    return f"{abs(count):,} {'more' if count > 0 else 'fewer'} {noun} than"


def rate(errors: int, images: int) -> str:
    """An error rate in percent, with Wilson's 95 % interval if fewer than 5 images are wrong or right."""
    percent = 100 * errors / images
    return f"{percent:.2f} {rare(percent, images)}".strip()
