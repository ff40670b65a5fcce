"""One row per cell for other programs: every figure exactly, the state, and the run behind it."""

from clsbench.report.cell_status import CellStatus
from clsbench.report.figures import exact
from clsbench.report.run import Run
from clsbench.report.table_data import Accuracy, Times
from clsbench.report.tolerance import Figure


def accuracy_row(found: Accuracy) -> dict[str, str]:
    """``top1_error`` … belong to a result only; what another run measured is in ``no_result_top1_error`` …

    A curve's figures are accuracies, and so its columns are named accordingly.
    """
    cell = found.cell
    row = {
        **{"network": cell.model, "size": cell.size, "crop": cell.crop},
        **{"crop_size": str(cell.crop_size), "base_size": str(cell.base_size)},
        **_state(found.status, found.run),
        "tolerance": found.verdict,
    }
    for figure in (found.top1, found.top5):
        short = figure.name.partition("_")[0]
        row |= _figures(found.status, figure, f"{short}_stderr") | {
            f"difference_{figure.name}": exact(figure.difference) if found.status.is_result else ""
        }
    for figure in (found.top1, found.top5):
        row[f"no_result_{figure.name}"] = "" if found.status.is_result else exact(figure.value)
    images = found.run.metrics.get("images") if found.run else None
    return row | {"images": exact(images)} | _origin(found.run, ("engine", "device", "precision"))


def time_row(found: Times) -> dict[str, str]:
    """Times of results only."""
    cell = found.cell
    row = {"network": cell.model, "size": cell.size, "crop_size": str(cell.crop_size)}
    row |= _state(found.status, found.run)
    for figure in (found.forward, found.backward):
        row |= _figures(found.status, figure, f"{figure.name}_std") | {
            f"ratio_{figure.name}": exact(figure.ratio) if found.status.is_result else ""
        }
    keys = ("engine", "device", "precision", "threads", "timing", "hardware", "noisy")
    return row | _origin(found.run, keys)


def _figures(status: CellStatus, figure: Figure, error: str) -> dict[str, str]:
    return {
        figure.name: exact(figure.value) if status.is_result else "",
        error: exact(figure.error) if status.is_result else "",
        f"published_{figure.name}": exact(figure.published),
    }


def _state(status: CellStatus, run: Run | None) -> dict[str, str]:
    error = run.tags.get("error", "") if run else ""
    return {"state": status.state.value, "words": status.words, "error": error.strip().partition("\n")[0]}


def _origin(run: Run | None, keys: tuple[str, ...]) -> dict[str, str]:
    said = {key: (run.get(key) or "") if run else "" for key in keys}
    named = {"run_name": run.name, "run_id": run.run_id, "run_link": run.link} if run else {}
    return {**said, "started": run.started if run else "", **{"run_name": "", "run_id": "", "run_link": ""}, **named}
