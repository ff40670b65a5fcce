"""Cells as grids: measured, published and difference side by side, and words in cells without a result."""

from collections.abc import Iterable, Sequence

from clsbench.report.cell_status import CellStatus
from clsbench.report.document import Entry, Grid
from clsbench.report.figures import milliseconds, pair, percent, ratio, signed
from clsbench.report.run import Run
from clsbench.report.setups import Setups
from clsbench.report.table_data import Accuracy, Times
from clsbench.report.tolerance import OUTSIDE, Figure

TIME_HEADINGS = (
    *("network", "crop", "forward ms", "s.d.", "published", "ratio"),
    *("backward ms", "s.d.", "published", "ratio"),
)
_OUTSIDE, _NOISY = "*", "~"
_LEGEND = {_OUTSIDE: "outside the tolerance.", _NOISY: "noisy, see the notes."}


def accuracy_entry(found: Accuracy, setups: Setups) -> Entry:
    """``top-1 / top-5``, as in the published table."""
    status = _OUTSIDE if found.verdict == OUTSIDE else ""
    text = pair(percent(found.top1.value), percent(found.top5.value))
    return _entry(found.status, found.run, text, setups.letter(found.run) + status)


def time_entry(found: Times, setups: Setups) -> Entry:
    """``forward / backward``."""
    text = pair(milliseconds(found.forward.value), milliseconds(found.backward.value))
    return _entry(found.status, found.run, text, setups.letter(found.run) + _noisy(found.run))


def accuracy_grid(title: str, found: Iterable[Accuracy], setups: Setups, *, of: str = "error") -> Grid:
    """One row per cell, with everything about it; ``of`` says what its figures are: error or accuracy."""
    headings = (
        *("network", "crop of base", f"top-1 {of}", "s.e.", "published", "difference"),
        *(f"top-5 {of}", "s.e.", "published", "difference", "tolerance"),
    )
    return Grid(title, headings, tuple(_accuracy_row(each, setups) for each in found))


def time_grid(title: str, found: Iterable[Times], setups: Setups) -> Grid:
    """One row per cell, with everything about it."""
    return Grid(title, TIME_HEADINGS, tuple(_time_row(each, setups) for each in found))


def legend(grids: Iterable[Grid]) -> list[str]:
    """The meaning of the marks used in ``grids``, except the letters of setups."""
    marks = {status for grid in grids for row in grid.rows for entry in row for status in entry.marks}
    return [f"{status}: {meaning}" for status, meaning in _LEGEND.items() if status in marks]


def _accuracy_row(found: Accuracy, setups: Setups) -> tuple[Entry, ...]:
    row = [Entry(found.cell.model), Entry(f"{found.cell.crop_size} of {found.cell.base_size}")]
    for place, figure in enumerate((found.top1, found.top5)):
        entry = _entry(found.status, found.run, percent(figure.value), setups.letter(found.run))
        shown = found.status.is_result
        row += [
            entry if shown or place == 0 else Entry(),
            Entry(percent(figure.error) if shown else ""),
            Entry(percent(figure.published)),
            Entry(signed(figure.difference) if shown else ""),
        ]
    return (*row, Entry(found.verdict if found.status.is_result else "", words=True))


def _time_row(found: Times, setups: Setups) -> tuple[Entry, ...]:
    row = [Entry(found.cell.model), Entry(str(found.cell.crop_size))]
    marks = setups.letter(found.run) + _noisy(found.run)
    for place, figure in enumerate((found.forward, found.backward)):
        shown = found.status.is_result
        entry = _entry(found.status, found.run, milliseconds(figure.value), marks)
        row += [
            entry if shown or place == 0 else Entry(),
            *(Entry(text) for text in _time_figures(figure, shown=shown)),
        ]
    return tuple(row)


def _time_figures(figure: Figure, *, shown: bool) -> Sequence[str]:
    published = milliseconds(figure.published)
    return (milliseconds(figure.error), published, ratio(figure.ratio)) if shown else ("", published, "")


def _entry(status: CellStatus, run: Run | None, text: str, marks: str) -> Entry:
    link = run.link if run else ""
    if not status.is_result:
        return Entry(status.words, link, words=True)
    return Entry(text, link, marks) if text else Entry("not measured", link, words=True)


def _noisy(run: Run | None) -> str:
    return _NOISY if run and "noisy" in run.tags else ""
