"""``heatmap`` and ``bars``: the pivot of any runs, with a picture of each value."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from clsbench.report.document import Document, Plot
from clsbench.report.layout import Layout, Request, laid_out, title_of
from clsbench.report.plots.bars import draw_bars
from clsbench.report.plots.heatmap import draw_heatmap
from clsbench.report.run import Run
from clsbench.report.tables.pivot import document_of

# More than this is no longer a picture; the table has them all.
_MOST_BARS, _MOST_ROWS, _MOST_COLUMNS = 120, 60, 40


def heatmap(runs: Sequence[Run], request: Request) -> Document:
    """A coloured field for each cell. Raises ConfigError as ``table`` does."""
    return _drawn(laid_out(runs, request), "heatmap")


def bars(runs: Sequence[Run], request: Request) -> Document:
    """A bar for each cell with its interval, grouped by row. Raises ConfigError as ``table`` does."""
    return _drawn(laid_out(runs, request), "bars")


def with_fitting_picture(runs: Sequence[Run], request: Request) -> Document:
    """The table with a suitable picture: fields if there are many rows and columns, else bars."""
    layout = laid_out(runs, request)
    is_wide = len(layout.lines) > 1 and len(layout.heads) > 1 and len(layout.cells) > len(layout.lines) * 3
    return replace(_drawn(layout, "heatmap" if is_wide else "bars"), name="table")


def _drawn(layout: Layout, name: str) -> Document:
    shown = _heatmap_part(layout) if name == "heatmap" else _bars_part(layout)
    plots = tuple(_plot(shown, value, name) for value in layout.values if _has(shown, value))
    document = document_of(layout, name)
    left_out = (len(layout.lines) - len(shown.lines), len(layout.heads) - len(shown.heads))
    said = f"The pictures leave out the last {left_out[0]} rows and {left_out[1]} columns." if any(left_out) else ""
    return replace(document, plots=plots, summary=(*document.summary, *filter(None, [said])))


def _plot(layout: Layout, value: str, name: str) -> Plot:
    rows, columns = len(layout.lines), max(1, len(layout.heads))
    draw: Callable[..., None]
    if name == "heatmap":
        draw, inches = draw_heatmap, (max(5.0, 3.0 + 0.75 * columns), max(2.5, 1.4 + 0.32 * rows))
    else:
        draw, inches = draw_bars, (8.0, max(2.5, 1.2 + 0.2 * rows * columns + 0.15 * rows))
    bound: Callable[[Any], None] = partial(draw, layout=layout, value=value)
    by = f" by {', '.join((*layout.rows, *layout.columns))}"
    return Plot(f"{name}_{value}", title_of(value).capitalize() + by, inches, bound)


def _heatmap_part(layout: Layout) -> Layout:
    return replace(layout, lines=layout.lines[:_MOST_ROWS], heads=layout.heads[:_MOST_COLUMNS])


def _bars_part(layout: Layout) -> Layout:
    heads = layout.heads[:_MOST_COLUMNS]
    return replace(layout, lines=layout.lines[: max(1, _MOST_BARS // max(1, len(heads)))], heads=heads)


def _has(layout: Layout, value: str) -> bool:
    places = ((line, head) for line in layout.lines for head in layout.heads)
    return any((cell := layout.cells.get(place)) and cell.figure(value) is not None for place in places)
