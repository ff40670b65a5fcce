"""Any value of any runs as bars, a group per row and a colour per column, with the interval of each error."""

from typing import Any

from clsbench.evaluation.interval import wilson
from clsbench.report.layout import Cell, Layout, title_of
from clsbench.report.plots.style import looks, rule

_ROOM = 0.8  # of a row, for its bars


def draw_bars(figure: Any, layout: Layout, value: str) -> None:
    """The bar is hollow if a run is not a full result, for instance if it covers part of the images."""
    axes = figure.subplots()
    height = _ROOM / len(layout.heads)
    has_hollow = has_interval = False
    for column, (head, look) in enumerate(zip(layout.heads, looks(), strict=False)):
        label = ", ".join(head)
        for row, line in enumerate(layout.lines):
            cell = layout.cells.get((line, head))
            number = cell.figure(value) if cell else None
            if cell is None or number is None:
                continue
            place, filled = row + (column + 0.5) * height - _ROOM / 2, cell.status.is_result
            color = look.color if filled else "none"
            axes.barh(place, number, 0.9 * height, color=color, edgecolor=look.color, label=label)
            label = ""
            has_hollow |= not filled
            if interval := _interval(cell, value):
                axes.plot(interval, (place, place), color="0.35", linewidth=1)
                has_interval = True
    axes.set_yticks(range(len(layout.lines)), [", ".join(line) for line in layout.lines])
    axes.set_ylim(len(layout.lines) - 0.4, -0.6)
    words = [title_of(value)]
    words += ["line: 95 % interval (Wilson)"] * has_interval + ["hollow: no full result"] * has_hollow
    axes.set_xlabel("; ".join(words))
    rule(axes, "x")
    if layout.columns:
        title = ", ".join(layout.columns)
        figure.legend(loc="outside upper center", ncols=min(4, len(layout.heads)), frameon=False, title=title)


def _interval(cell: Cell, value: str) -> tuple[float, float] | None:
    error, images = cell.figure(value), cell.run.metrics.get("images")
    if error is None or not images or value not in ("top1_error", "top5_error"):
        return None
    return wilson(round(error / 100 * images), round(images))
