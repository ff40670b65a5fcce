"""Timings compared by the median of their calls, with a bootstrap interval of the difference."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clsbench.compare.comparison import Comparison
from clsbench.compare.contenders import Contender
from clsbench.compare.intervals import Interval
from clsbench.compare.number_format import format_interval
from clsbench.compare.tables import Table
from clsbench.errors import DataError

_KINDS = ("forward", "backward")
_RESAMPLES = 2000
_SEED = 0
_FEWEST = 10  # calls; with fewer, the resampled medians are always the same few values
_INSIDE = "intervals show how calls vary within a run; runs of the same network minutes apart may differ more"


@dataclass(frozen=True)
class _Times:
    letter: str
    calls: NDArray[np.float64]  # (call,) in milliseconds

    @property
    def median(self) -> float:
        return float(np.median(self.calls))


def compare_times(contenders: Sequence[Contender]) -> Comparison:
    """Each run against the first. Raises DataError if one has no times."""
    notes, tables, answers, facts = [_INSIDE], [], [], {}
    hardware = {each.run.tags["hardware"] for each in contenders if "hardware" in each.run.tags}
    if len(hardware) > 1:
        notes.append(f"the runs were made on different machines: {'; '.join(sorted(hardware))}")
    for kind in _KINDS:
        times = [_Times(each.letter, each.milliseconds(kind)) for each in contenders]
        if missing := [each for each, found in zip(contenders, times, strict=True) if not len(found.calls)]:
            if kind == "forward":
                raise _without_times(missing[0])
            continue
        first, *others = times
        pairs = [(each, median_interval(first.calls, each.calls)) for each in others]
        tables.append(_table(kind, first, pairs))
        facts[kind] = [_facts(first, *pair) for pair in pairs]
        answers += [_answer(first, *pair) for pair in pairs] if kind == "forward" else []
    return Comparison(answers, notes, tables, facts)


def median_interval(a: NDArray[np.float64], b: NDArray[np.float64]) -> Interval | None:
    """The 95 % interval of B's median minus A's: percentiles of 2,000 seeded bootstrap pairs; None for few calls."""
    if min(len(a), len(b)) < _FEWEST:
        return None
    random = np.random.default_rng(_SEED)
    drawn = [np.median(random.choice(b, len(b))) - np.median(random.choice(a, len(a))) for _ in range(_RESAMPLES)]
    low, high = np.percentile(drawn, (2.5, 97.5))
    return float(low), float(high)


def _without_times(each: Contender) -> DataError:
    return DataError(
        f"run {each.run.run_id} ({each.run.name}) is {each.run.status} and has no latency.parquet with forward times; "
        "give a run that timed something"
    )


def _answer(a: _Times, b: _Times, interval: Interval | None) -> str:
    difference = b.median - a.median
    certain = interval is not None and not interval[0] <= 0 <= interval[1]
    verdict = f"{b.letter} is {'slower' if difference > 0 else 'faster'}" if certain else "no significant difference"
    told = "too few calls for an interval" if interval is None else f"95 % interval {format_interval(interval, '+.3g')}"
    percent = 100 * difference / a.median
    return (
        f"{b.letter} takes {abs(difference):.3g} ms {'more' if difference > 0 else 'less'} per forward pass than "
        f"{a.letter} "
        f"(median {b.median:.4g} instead of {a.median:.4g} ms, {percent:+.1f} %, {told}): {verdict}"
    )


def _table(kind: str, first: _Times, pairs: Sequence[tuple[_Times, Interval | None]]) -> Table:
    rows = [(first.letter, *_figures(first), "", "")]
    for each, interval in pairs:
        words = "" if interval is None else format_interval(interval, "+.3g")
        rows.append((each.letter, *_figures(each), f"{each.median - first.median:+.3g}", words))
    headings = ("", "calls", "p50", "p90", "p99", "difference of p50", "95 % interval")
    return Table(f"Milliseconds of a {kind}", headings, rows)


def _figures(times: _Times) -> tuple[str, ...]:
    percentiles = np.percentile(times.calls, (50, 90, 99))
    return f"{len(times.calls):,}", *(f"{value:.4g}" for value in percentiles)


def _facts(a: _Times, b: _Times, interval: Interval | None) -> dict[str, Any]:
    medians = {"median_ms_a": a.median, "median_ms_b": b.median}
    return {"a": a.letter, "b": b.letter, **medians, "difference_ms": b.median - a.median, "interval_95_ms": interval}
