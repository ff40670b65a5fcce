"""Table 1 of soeaver/caffe-model, cls/README.md: errors at two sizes, single crop and twelve crops."""

from functools import partial

from clsbench.report.also import own_rows
from clsbench.report.cells import CROPS, SIZES, accuracy_cells
from clsbench.report.document import Document, Entry, Grid, Plot
from clsbench.report.grids import accuracy_entry, accuracy_grid, legend
from clsbench.report.notes import accuracy_notes, accuracy_summary
from clsbench.report.plots.differences import draw_differences
from clsbench.report.setups import Setups, setups
from clsbench.report.table_data import Accuracy, TableData
from clsbench.report.tidy import accuracy_row

_COLUMNS = tuple((size, crop) for size in SIZES for crop in CROPS)
_INCHES_A_ROW, _INCHES_BESIDE = 0.22, 1.6


def table1(table_data: TableData) -> Document:
    """The overview as published, and a grid with all details for each of its four columns."""
    entries = table_data.networks.table("table1")
    own = own_rows(table_data, entries, ("evaluate",))
    found = [*map(table_data.accuracy, accuracy_cells(entries)), *own.accuracies(SIZES, CROPS)]
    used = setups(each.run for each in found if each.run and each.status.is_result)
    columns = {column: [each for each in found if _column(each) == column] for column in _COLUMNS}
    details = (accuracy_grid(_title(column), cells, used) for column, cells in columns.items())
    names = [*(entry.name for entry in entries), *(row.name for row in own.rows)]
    grids = (_overview(names, found, used), *details)
    return Document(
        name="table1",
        title="Table 1: errors of single crop and twelve crops at two sizes",
        summary=(
            accuracy_summary(found, table_data.tolerance),
            "Errors are top-1 / top-5 in percent on the 50,000 ILSVRC2012 validation images.",
            *used.lines,
            *legend(grids),
        ),
        grids=grids,
        notes=tuple(accuracy_notes(found)),
        tidy=[accuracy_row(each) for each in found],
        plots=_plots(found, table_data.tolerance),
        open_cells=sum(not each.settled for each in found),
    )


def _overview(names: list[str], found: list[Accuracy], used: Setups) -> Grid:
    places = {(each.cell.model, _column(each)): accuracy_entry(each, used) for each in found}
    rows = (
        (Entry(name), *(places.get((name, column), Entry("no such size", words=True)) for column in _COLUMNS))
        for name in names
    )
    headings = (f"{size}, {crop}" for size, crop in _COLUMNS)
    return Grid("Measured: top-1 / top-5 error", ("network", *headings), tuple(rows))


def _plots(found: list[Accuracy], tolerance: float) -> tuple[Plot, ...]:
    shown = [each for each in found if each.status.is_result and each.top1.difference is not None]
    if not shown:
        return ()
    height = _INCHES_BESIDE + _INCHES_A_ROW * len({each.cell.model for each in shown})
    return (
        Plot(
            "differences",
            "Measured minus published error",
            (9, height),
            partial(draw_differences, found=shown, tolerance=tolerance),
        ),
    )


def _column(found: Accuracy) -> tuple[str, str]:
    return found.cell.size, found.cell.crop


def _title(column: tuple[str, str]) -> str:
    size, crop = column
    return f"{size.capitalize()} size, {crop}"
