"""Table 3 of soeaver/caffe-model, cls/README.md: forward and backward time of one image at two sizes."""

from clsbench.report.also import own_rows
from clsbench.report.cells import SIZES, time_cell
from clsbench.report.document import Document, Entry, Grid
from clsbench.report.grids import legend, time_entry, time_grid
from clsbench.report.notes import time_notes, time_summary
from clsbench.report.setups import Setups, setups
from clsbench.report.table_data import TableData, Times
from clsbench.report.tidy import time_row
from clsbench.timing.published import DEVICE
from clsbench.zoo.catalogue import Entry as Network

# Without a time in Table 3; the times in conf/model are the lite table's.
_NOT_IN_TABLE_3 = {"dpn-68-extra", "se-resnet50-hik"}


def table3(table_data: TableData) -> Document:
    """The overview as published, and a grid with all details for each size."""
    networks = table_data.networks.table("table3")
    found = [
        table_data.times(time_cell(each, size, "", published_times(each, size))) for each in networks for size in SIZES
    ]
    own = own_rows(table_data, networks, ("time",))
    found += [each for cells in zip(*(own.times(size, "") for size in SIZES), strict=True) for each in cells]
    used = setups(each.run for each in found if each.run and each.status.is_result)
    details = (
        time_grid(f"{size.capitalize()} size", (each for each in found if each.cell.size == size), used)
        for size in SIZES
    )
    names = [*(each.name for each in networks), *(row.name for row in own.rows)]
    grids = (_overview(names, found, used), *details)
    return Document(
        name="table3",
        title="Table 3: forward and backward time of one image",
        summary=(
            time_summary(found),
            f"Times are means in milliseconds; the published ones are from {DEVICE} (caffe time). The ratio is "
            "measured / published.",
            *used.lines,
            *legend(grids),
        ),
        grids=grids,
        notes=tuple(time_notes(found)),
        tidy=[time_row(each) for each in found],
        plots=(),
        open_cells=sum(not each.settled for each in found),
    )


def published_times(network: Network, size: str) -> tuple[float, float] | None:
    """Forward and backward in ms; None if there are none."""
    return None if network.name in _NOT_IN_TABLE_3 else network.times.get("gpu", {}).get(size)


def _overview(names: list[str], found: list[Times], used: Setups) -> Grid:
    places = {(each.cell.model, each.cell.size): time_entry(each, used) for each in found}
    rows = tuple((Entry(name), *(places[name, size] for size in SIZES)) for name in names)
    return Grid("Measured: forward / backward ms", ("network", *SIZES), rows)
