"""``table``: any metrics of any runs, with params or tags as rows and columns."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from clsbench.errors import ConfigError
from clsbench.evaluation.interval import doubt
from clsbench.report.axes import check_key, chosen_axes, values_of
from clsbench.report.document import Document, Entry, Grid
from clsbench.report.figures import exact
from clsbench.report.mark import Mark, State, chosen, own_mark
from clsbench.report.nearest import nearest
from clsbench.report.run import Run
from clsbench.report.setups import setups

_VALUES = {"evaluate": ("top1_error", "top5_error"), "time": ("forward_ms_p50",), "agree": ("max_difference",)}
_ERROR_OF = {"top1_error": "top1_stderr", "top5_error": "top5_stderr"}
_NUMBER = re.compile(r"-?\d+(\.\d+)?")


@dataclass(frozen=True)
class Request:
    """Params or tags as ``rows`` and ``columns``, metrics as ``values``; empty: chosen by what the runs differ in.

    ``sort``: a metric, by which the rows are sorted, the smallest first, or the largest with ``-metric``.
    """

    rows: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    sort: str = ""


@dataclass(frozen=True)
class _Cell:
    run: Run
    mark: Mark
    runs: int


def pivot(runs: Sequence[Run], request: Request) -> Document:
    """A grid for each value. Raises ConfigError, with the nearest name, for a param, tag or metric that no run has."""
    for key in (*request.rows, *request.columns):
        check_key(key, runs)
    values = _values(runs, request)
    rows, columns = chosen_axes(runs, request.rows, request.columns)
    cells = _cells(runs, rows, columns, values)
    heads = sorted({column for _, column in cells}, key=_natural)
    lines = _sorted({row for row, _ in cells}, cells, request.sort)
    used = setups(each.run for each in cells.values() if each.mark.is_result)
    grids = tuple(
        Grid(
            _title(value),
            (", ".join(rows), *(", ".join(head) or _title(value) for head in heads)),
            tuple(
                (Entry(", ".join(line)), *(_entry(cells.get((line, head)), value, used.letter) for head in heads))
                for line in lines
            ),
        )
        for value in values
    )
    results = sum(each.mark.is_result for each in cells.values())
    return Document(
        name="table",
        title=f"{', '.join(map(_title, values))} by {', '.join((*rows, *columns))}",
        summary=(
            f"{results} of {len(cells)} cells are results.",
            *([f"Columns: {', '.join(columns)}."] if columns else []),
            "Beside an error: its standard error; with fewer than 5 images wrong or right its 95 % interval (Wilson).",
            *used.lines,
        ),
        grids=grids,
        notes=tuple(_notes(cells)),
        tidy=[_tidy(each, (*rows, *columns), values) for each in cells.values()],
        plots=(),
        open_cells=len(cells) - results,
    )


_Cells = dict[tuple[tuple[str, ...], tuple[str, ...]], _Cell]


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


def _cells(runs: Sequence[Run], rows: Sequence[str], columns: Sequence[str], values: Sequence[str]) -> _Cells:
    groups: dict[tuple[tuple[str, ...], tuple[str, ...]], list[Run]] = {}
    for run in runs:
        groups.setdefault((values_of(run, rows), values_of(run, columns)), []).append(run)
    cells: _Cells = {}
    for place, found in groups.items():
        newest, mark = chosen(found, lambda each: own_mark(each, values))
        assert newest is not None
        cells[place] = _Cell(newest, mark, sum(each.finished for each in found))
    return cells


def _sorted(rows: Iterable[tuple[str, ...]], cells: _Cells, sort: str) -> list[tuple[str, ...]]:
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


def _entry(cell: _Cell | None, value: str, letter: Callable[[Run | None], str]) -> Entry:
    if cell is None:
        return Entry()
    metrics = cell.run.metrics
    figure = metrics.get(value)
    if figure is None or cell.mark.state not in (State.RESULT, State.PARTIAL, State.RANDOM):
        return Entry(cell.mark.words or "not measured", cell.run.link, words=True)
    error = _ERROR_OF.get(value)
    beside = doubt(figure, metrics.get(error), metrics.get("images")) if error else ""
    words = "" if cell.mark.is_result else f", {cell.mark.words}"
    return Entry(f"{_shown(figure)} {beside}".strip() + words, cell.run.link, letter(cell.run))


def _shown(figure: float) -> str:
    return f"{figure:.2f}" if 0.01 <= abs(figure) < 1e6 or figure == 0 else f"{figure:.3g}"


def _title(value: str) -> str:
    return value.replace("_", " ").replace("top1", "top-1").replace("top5", "top-5")


def _notes(cells: _Cells) -> Iterable[Entry]:
    for (row, column), each in cells.items():
        where = ", ".join((*row, *column))
        if each.runs > 1:
            yield Entry(f"{where}: {each.runs} finished runs; this is the newest, of {each.run.started}", each.run.link)
        if not each.mark.is_result:
            error = f": {each.run.tags['error'].splitlines()[0][:300]}" if each.run.tags.get("error") else ""
            yield Entry(f"{where}: {each.mark.words}{error}", each.run.link)


def _tidy(cell: _Cell, keys: Sequence[str], values: Sequence[str]) -> dict[str, str]:
    run = cell.run
    row = dict(zip(keys, values_of(run, keys), strict=True)) | {"state": str(cell.mark.state)}
    for value in values:
        row[value] = exact(run.metrics.get(value))
        if value in _ERROR_OF:
            row[_ERROR_OF[value]] = exact(run.metrics.get(_ERROR_OF[value]))
    return row | {"images": exact(run.metrics.get("images")), "run_id": run.run_id, "link": run.link}
