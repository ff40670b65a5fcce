"""``table``: any metrics of any runs, with params or tags as rows and columns."""

from collections.abc import Callable, Iterable, Sequence

from clsbench.evaluation.interval import doubt
from clsbench.report.axes import values_of
from clsbench.report.document import Document, Entry, Grid
from clsbench.report.figures import exact
from clsbench.report.layout import Cell, Cells, Layout, Request, laid_out, title_of
from clsbench.report.run import Run
from clsbench.report.setups import setups

_ERROR_OF = {"top1_error": "top1_stderr", "top5_error": "top5_stderr"}


def pivot(runs: Sequence[Run], request: Request) -> Document:
    """One grid per value. Raises ConfigError, with the nearest name, for a param, tag or metric that no run has."""
    return document_of(laid_out(runs, request))


def document_of(layout: Layout, name: str = "table") -> Document:
    """One grid per value, without plots."""
    rows, columns, values, cells = layout.rows, layout.columns, layout.values, layout.cells
    heads, lines = layout.heads, layout.lines
    used = setups(each.run for each in cells.values() if each.status.is_result)
    grids = tuple(
        Grid(
            title_of(value),
            (", ".join(rows), *(", ".join(head) or title_of(value) for head in heads)),
            tuple(
                (Entry(", ".join(line)), *(_entry(cells.get((line, head)), value, used.letter) for head in heads))
                for line in lines
            ),
        )
        for value in values
    )
    results = sum(each.status.is_result for each in cells.values())
    return Document(
        name=name,
        title=f"{', '.join(map(title_of, values))} by {', '.join((*rows, *columns))}",
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


def _entry(cell: Cell | None, value: str, letter: Callable[[Run | None], str]) -> Entry:
    if cell is None:
        return Entry()
    metrics, figure = cell.run.metrics, cell.figure(value)
    if figure is None:
        return Entry(cell.status.words or "not measured", cell.run.link, words=True)
    error = _ERROR_OF.get(value)
    beside = doubt(figure, metrics.get(error), metrics.get("images")) if error else ""
    words = "" if cell.status.is_result else f", {cell.status.words}"
    return Entry(f"{_shown(figure)} {beside}".strip() + words, cell.run.link, letter(cell.run))


def _shown(figure: float) -> str:
    return f"{figure:.2f}" if 0.01 <= abs(figure) < 1e6 or figure == 0 else f"{figure:.3g}"


def _notes(cells: Cells) -> Iterable[Entry]:
    for (row, column), each in cells.items():
        where = ", ".join((*row, *column))
        if each.runs > 1:
            yield Entry(f"{where}: {each.runs} finished runs; this is the newest, of {each.run.started}", each.run.link)
        if not each.status.is_result:
            error = f": {each.run.tags['error'].splitlines()[0][:300]}" if each.run.tags.get("error") else ""
            yield Entry(f"{where}: {each.status.words}{error}", each.run.link)


def _tidy(cell: Cell, keys: Sequence[str], values: Sequence[str]) -> dict[str, str]:
    run = cell.run
    row = dict(zip(keys, values_of(run, keys), strict=True)) | {"state": str(cell.status.state)}
    for value in values:
        row[value] = exact(run.metrics.get(value))
        if value in _ERROR_OF:
            row[_ERROR_OF[value]] = exact(run.metrics.get(_ERROR_OF[value]))
    return row | {"images": exact(run.metrics.get("images")), "run_id": run.run_id, "link": run.link}
