"""The figures of its cells that a sweep's final table shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from clsbench.evaluation.interval import doubt

# The metrics of each task that a person looks at first; the first measured one is compared.
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
    """``headings``, and as many texts for each cell; nothing if no cell has a figure.

    ``note`` says why a difference is missing; empty if none is.
    """

    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    note: str = ""


def kept_metrics(metrics: Figures) -> dict[str, float]:
    """The part of a run's metrics that the sweep keeps."""
    return {name: metrics[name] for name in KEPT if name in metrics}


def columns(cells: Sequence[Figures]) -> Columns:
    """Errors with their uncertainty, times, and the first figure's difference to that of the first cell that has one.

    Errors over different numbers of images have no difference, because they are not of the same images.
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
    """For instance, images that calibrate int8 are left out of its error."""
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
