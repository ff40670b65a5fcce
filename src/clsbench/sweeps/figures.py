"""The figures that a sweep's last table shows of its cells."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from clsbench.evaluation.interval import doubt

# Of each task's metrics those that a person looks at first; the first of all that were measured is compared.
KEPT = ("top1_error", "top1_stderr", "top5_error", "top5_stderr", "images", "forward_ms_p50", "backward_ms_p50")
_SHOWN = {
    "top1_error": "top-1 error %",
    "top5_error": "top-5 error %",
    "forward_ms_p50": "forward ms",
    "backward_ms_p50": "backward ms",
}
_ERRORS = {"top1_error": "top1_stderr", "top5_error": "top5_stderr"}

Figures = Mapping[str, float]


@dataclass(frozen=True)
class Columns:
    """``headings``, and for each cell as many texts; nothing where no cell has a figure."""

    headings: Sequence[str]
    rows: Sequence[Sequence[str]]


def kept(metrics: Figures) -> dict[str, float]:
    """What of a run's metrics stays with the sweep."""
    return {name: metrics[name] for name in KEPT if name in metrics}


def columns(cells: Sequence[Figures]) -> Columns:
    """Errors with their doubt, times, and the difference of the first figure to that of the first cell that has one."""
    shown = [name for name in _SHOWN if any(name in cell for cell in cells)]
    if not shown:
        return Columns((), [()] * len(cells))
    main = shown[0]
    first = next(cell[main] for cell in cells if main in cell)
    headings = [_SHOWN[name] for name in shown]
    if sum(main in cell for cell in cells) > 1:
        headings.insert(1, "difference")
    return Columns(headings, [_row(cell, shown, first, with_difference=len(headings) > len(shown)) for cell in cells])


def _row(cell: Figures, shown: Sequence[str], first: float, *, with_difference: bool) -> list[str]:
    row = [_text(cell, name) for name in shown]
    if with_difference:
        row.insert(1, f"{cell[shown[0]] - first:+.2f}" if shown[0] in cell else "")
    return row


def _text(cell: Figures, name: str) -> str:
    if name not in cell:
        return ""
    beside = doubt(cell[name], cell.get(_ERRORS[name]), cell.get("images")) if name in _ERRORS else ""
    return f"{cell[name]:.2f} {beside}".strip()
