"""Evaluations compared by their error rates only, if one has no predictions: no pairs, so a wider interval."""

from collections.abc import Sequence
from dataclasses import dataclass

from clsbench.compare.comparison import Comparison
from clsbench.compare.contenders import Contender
from clsbench.compare.intervals import unpaired_interval, unpaired_p
from clsbench.compare.number_format import format_interval, format_p, p_cell, points, rate
from clsbench.compare.paired import SIGNIFICANT
from clsbench.compare.tables import Table
from clsbench.errors import DataError


@dataclass(frozen=True)
class _Total:
    letter: str
    errors: int
    images: int


def compare_by_totals(contenders: Sequence[Contender]) -> Comparison:
    """Each run against the first. Raises DataError if one also has no errors."""
    without = ", ".join(each.letter for each in contenders if each.predictions is None)
    first, *others = [_total(each) for each in contenders]
    headings = ("", first.letter, "other", "difference", "95 % interval, unpaired", "Fisher p")
    return Comparison(
        answers=[_answer(first, each) for each in others],
        notes=[f"{without}: no predictions.parquet, so totals are compared, as if the images were independent"],
        tables=[Table("Top-1 errors of the whole runs", headings, [_row(first, each) for each in others])],
        facts={"pairs": [_facts(first, each) for each in others]},
        worse=any(_is_worse(first, each) for each in others),
    )


def _total(each: Contender) -> _Total:
    error, images = (each.run.metrics.get(key) for key in ("top1_error", "images"))
    if error is None or not images:
        raise DataError(
            f"run {each.run.run_id} ({each.run.name}) is {each.run.status} and has neither predictions.parquet nor the "
            "metrics top1_error and images; give a run that evaluated something"
        )
    return _Total(each.letter, round(error / 100 * images), round(images))


def _counts(a: _Total, b: _Total) -> tuple[int, int, int, int]:
    return a.errors, a.images, b.errors, b.images


def _difference(a: _Total, b: _Total) -> float:
    return 100 * (b.errors / b.images - a.errors / a.images)


def _interval(a: _Total, b: _Total) -> tuple[float, float]:
    low, high = unpaired_interval(*_counts(a, b))
    return 100 * low, 100 * high


def _is_worse(a: _Total, b: _Total) -> bool:
    return _difference(a, b) > 0 and unpaired_p(*_counts(a, b)) < SIGNIFICANT


def _answer(a: _Total, b: _Total) -> str:
    p = unpaired_p(*_counts(a, b))
    verdict = "no significant difference"
    if p < SIGNIFICANT:
        verdict = f"{b.letter} is significantly {'worse' if _is_worse(a, b) else 'better'}"
    return (
        f"{b.letter} makes {b.errors:,} errors on {b.images:,} images, {a.letter} {a.errors:,} on {a.images:,} (top-1 "
        f"error {points(_difference(a, b))} points, 95 % interval {format_interval(_interval(a, b))}, unpaired, "
        f"Fisher {format_p(p)}): {verdict}"
    )


def _row(a: _Total, b: _Total) -> tuple[str, ...]:
    rates = (rate(each.errors, each.images) for each in (a, b))
    p = unpaired_p(*_counts(a, b))
    return f"top-1 error %, {b.letter}", *rates, points(_difference(a, b)), format_interval(_interval(a, b)), p_cell(p)


def _facts(a: _Total, b: _Total) -> dict[str, object]:
    return {
        "a": a.letter,
        "b": b.letter,
        "difference_points": _difference(a, b),
        "interval_95_points_unpaired": _interval(a, b),
        "fisher_p": unpaired_p(*_counts(a, b)),
    }
