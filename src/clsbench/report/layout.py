"""Lays out runs in rows and columns: which run goes into which cell of a pivot, and in which order."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from clsbench.errors import ConfigError
from clsbench.report.axes import check_key, chosen_axes, values_of
from clsbench.report.cell_status import CellStatus, State, chosen, own_status
from clsbench.report.nearest import nearest
from clsbench.report.run import Run

Key = tuple[str, ...]
_VALUES = {"evaluate": ("top1_error", "top5_error"), "time": ("forward_ms_p50",), "agree": ("max_difference",)}
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_WITH_FIGURE = (State.RESULT, State.PARTIAL, State.RANDOM)


@dataclass(frozen=True)
class Request:
    """Params or tags as ``rows`` and ``columns``, metrics as ``values``; if empty, chosen by what the runs differ in.

    ``sort``: the metric by which the rows are sorted, smallest first, or largest first with ``-metric``.
    """

    rows: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    sort: str = ""


@dataclass(frozen=True)
class Cell:
    """A cell's run, out of ``runs`` finished ones."""

    run: Run
    status: CellStatus
    runs: int

    def figure(self, value: str) -> float | None:
        """The metric, if the run may show one; a failed run may not."""
        return self.run.metrics.get(value) if self.status.state in _WITH_FIGURE else None


Cells = Mapping[tuple[Key, Key], Cell]


@dataclass(frozen=True)
class Layout:
    """``rows``, ``columns``: the keys of each side; ``lines``, ``heads``: their values, in order."""

    rows: Key
    columns: Key
    values: Key
    lines: Sequence[Key]
    heads: Sequence[Key]
    cells: Cells


def laid_out(runs: Sequence[Run], request: Request) -> Layout:
    """The layout. Raises ConfigError, with the nearest name, for a param, tag or metric that no run has."""
    for key in (*request.rows, *request.columns):
        check_key(key, runs)
    values = _values(runs, request)
    rows, columns = chosen_axes(runs, request.rows, request.columns)
    cells = _cells(runs, rows, columns, values)
    heads = sorted({column for _, column in cells}, key=_natural)
    return Layout(rows, columns, values, _sorted({row for row, _ in cells}, cells, request.sort), heads, cells)


def title_of(value: str) -> str:
    """A metric's readable name."""
    return value.replace("_", " ").replace("top1", "top-1").replace("top5", "top-5")


def _values(runs: Sequence[Run], request: Request) -> tuple[str, ...]:
    measured = {name for run in runs for name in run.metrics}
    for name in (*request.values, *([request.sort.lstrip("-")] if request.sort else [])):
        if measured and name not in measured:
            raise ConfigError(f"no run has a metric {name}{nearest(name, measured)}")
    if request.values:
        return request.values
    tasks = {run.tags.get("task", "") for run in runs}
    known = tuple(value for task in ("evaluate", "time", "agree") if task in tasks for value in _VALUES[task])
    return tuple(value for value in known if value in measured) or known[:1] or ("top1_error",)


def _cells(runs: Sequence[Run], rows: Sequence[str], columns: Sequence[str], values: Sequence[str]) -> Cells:
    groups: dict[tuple[tuple[str, ...], tuple[str, ...]], list[Run]] = {}
    for run in runs:
        groups.setdefault((values_of(run, rows), values_of(run, columns)), []).append(run)
    cells: dict[tuple[Key, Key], Cell] = {}
    for place, found in groups.items():
        newest, status = chosen(found, lambda each: own_status(each, values))
        assert newest is not None
        cells[place] = Cell(newest, status, sum(each.finished for each in found))
    return cells


def _sorted(rows: Iterable[tuple[str, ...]], cells: Cells, sort: str) -> list[tuple[str, ...]]:
    ordered = sorted(rows, key=_natural)
    if not sort:
        return ordered
    metric, sign = sort.lstrip("-"), -1 if sort.startswith("-") else 1

    def best(row: tuple[str, ...]) -> float:
        runs = [each.run for (own, _), each in cells.items() if own == row]
        figures = [run.metrics[metric] for run in runs if metric in run.metrics]
        return min((sign * figure for figure in figures), default=float("inf"))

    return sorted(ordered, key=best)


def _natural(key: tuple[str, ...]) -> list[tuple[int, float, str]]:
    return [(0, float(part), "") if _NUMBER.fullmatch(part) else (1, 0.0, part) for part in key]
