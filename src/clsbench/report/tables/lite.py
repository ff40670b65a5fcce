"""The lite table of soeaver/caffe-model, cls/cls_lite/README.md: small networks, their errors, GPU and CPU times."""

from clsbench.report.also import own_rows
from clsbench.report.cells import accuracy_cells, time_cell
from clsbench.report.document import Document, Entry, Grid
from clsbench.report.grids import accuracy_entry, accuracy_grid, legend, time_entry, time_grid
from clsbench.report.notes import accuracy_notes, accuracy_summary, time_notes, time_summary
from clsbench.report.setups import Setups, setups
from clsbench.report.table_data import Accuracy, TableData, Times
from clsbench.report.tidy import accuracy_row, time_row
from clsbench.timing.published import DEVICE
from clsbench.zoo.catalogue import Entry as Network

# Where Table 3, whose times are in conf/model, has different times for the same network and size.
_LITE_GPU_MS = {
    "xception": (15.21, 31.65),
    "se-inception-v2": (15.31, 11.21),
    "se-resnet50": (17.91, 19.49),
}
_DEVICES = {"cuda": "GPU", "cpu": "CPU"}


def lite(table_data: TableData) -> Document:
    """The overview as published, and grids with all errors, GPU times and CPU times."""
    networks = table_data.networks.table("lite")
    own = own_rows(table_data, networks, ("evaluate", "time"))
    errors = [table_data.accuracy(cell) for cell in accuracy_cells(networks, ("standard",), ("single",))]
    errors += own.accuracies(("standard",), ("single",))
    times = {
        device: [*(_times(table_data, each, device) for each in networks), *own.times("standard", device)]
        for device in _DEVICES
    }
    timed = [each for found in times.values() for each in found]
    shown: list[Accuracy | Times] = [*errors, *timed]
    used = setups(each.run for each in shown if each.run and each.status.is_result)
    details = (time_grid(f"{title} times", times[device], used) for device, title in _DEVICES.items())
    grids = (_overview(errors, times, used), accuracy_grid("Errors", errors, used), *details)
    return Document(
        name="lite",
        title="Lite table: errors and times of small networks",
        summary=(
            f"Errors: {accuracy_summary(errors, table_data.tolerance)}",
            f"Times: {time_summary(timed)}",
            "Errors are in percent, single crop at the standard size. Times are means in milliseconds of one image; "
            f"the published GPU is a {DEVICE}, the published CPU is not known.",
            "The published row resnext26-32x4d is left out: its network was not published.",
            *used.lines,
            *legend(grids),
        ),
        grids=grids,
        notes=(*accuracy_notes(errors), *time_notes(timed)),
        tidy=_tidy(errors, times),
        plots=(),
        open_cells=sum(not each.settled for each in shown),
    )


def published_times(network: Network, device: str) -> tuple[float, float] | None:
    """Forward and backward in ms on ``device``, "cuda" or "cpu"; None if there are none."""
    if device == "cuda" and network.name in _LITE_GPU_MS:
        return _LITE_GPU_MS[network.name]
    return network.times.get("cpu" if device == "cpu" else "gpu", {}).get("standard")


def _times(table_data: TableData, network: Network, device: str) -> Times:
    return table_data.times(time_cell(network, "standard", device, published_times(network, device)))


def _overview(errors: list[Accuracy], times: dict[str, list[Times]], used: Setups) -> Grid:
    rows = tuple(
        (Entry(error.cell.model), accuracy_entry(error, used), time_entry(gpu, used), time_entry(cpu, used))
        for error, gpu, cpu in zip(errors, times["cuda"], times["cpu"], strict=True)
    )
    headings = ("network", "top-1 / top-5 error", "GPU forward / backward ms", "CPU forward / backward ms")
    return Grid("Measured", headings, rows)


def _tidy(errors: list[Accuracy], times: dict[str, list[Times]]) -> list[dict[str, str]]:
    """One shape for both kinds: figures that a row's kind does not have are empty."""
    rows = [{"kind": "error", **accuracy_row(each)} for each in errors]
    for device, found in times.items():
        rows += [{"kind": f"{_DEVICES[device]} time", **time_row(each)} for each in found]
    return rows
