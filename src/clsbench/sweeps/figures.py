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
    """``headings``, and for each cell as many texts; nothing where no cell has a figure.

    ``note`` says why a difference is missing; empty where none is.
    """

    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    note: str = ""


def kept_metrics(metrics: Figures) -> dict[str, float]:
    """What of a run's metrics stays with the sweep."""
    return {name: metrics[name] for name in KEPT if name in metrics}


def columns(cells: Sequence[Figures]) -> Columns:
    """Errors with their doubt, times, and the difference of the first figure to that of the first cell that has one.

    Errors on other numbers of images have no difference: they are not of the same images.
    """
    shown = [name for name in _SHOWN if any(name in cell for cell in cells)]
    if not shown:
        return Columns((), [()] * len(cells))
    main = shown[0]
    measured = [cell for cell in cells if main in cell]
    headings = [_SHOWN[name] for name in shown]
    rows = [[_text(cell, name) for name in shown] for cell in cells]
    if len(measured) < 2:
        return Columns(headings, rows)
    headings.insert(1, "difference")
    for cell, row in zip(cells, rows, strict=True):
        row.insert(1, _difference(cell, measured[0], main))
    return Columns(headings, rows, _note(measured))


def _difference(cell: Figures, first: Figures, main: str) -> str:
    if main not in cell or cell.get("images") != first.get("images"):
        return ""
    return f"{cell[main] - first[main]:+.2f}"


def _note(measured: Sequence[Figures]) -> str:
    """Images that calibrate int8 are left out of its error, for instance."""
    images = measured[0].get("images")
    others = sorted({cell["images"] for cell in measured if cell.get("images") not in (None, images)})
    if images is None or not others:
        return ""
    said = ", ".join(f"{number:.0f}" for number in others)
    return (
        f"no difference between errors on {images:.0f} images and on {said}: clsbench report precision and clsbench "
        "compare use the images that both have"
    )


def _text(cell: Figures, name: str) -> str:
    if name not in cell:
        return ""
    beside = doubt(cell[name], cell.get(_ERRORS[name]), cell.get("images")) if name in _ERRORS else ""
    return f"{cell[name]:.2f} {beside}".strip()
