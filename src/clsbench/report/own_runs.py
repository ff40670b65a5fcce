"""Evaluations and timings of your own networks or images, which are not cells of a published table."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from clsbench.report.cell_status import CellStatus, State, chosen, own_status, timing_status
from clsbench.report.cells import DATASET, AccuracyCell
from clsbench.report.run import Run
from clsbench.report.table_data import Accuracy, TableData
from clsbench.report.tolerance import Figure

_ERRORS = ("top1_error",)
# Settings that make a different curve of the same network on the same images.
_SETTINGS = ("weights", "preprocessing", "resize")


@dataclass(frozen=True)
class OwnTimed:
    """A network with its error on some images, and its forward time for one image."""

    error: Accuracy
    time_run: Run
    dataset: str


def own_curves(table_data: TableData) -> dict[str, list[Accuracy]]:
    """Single-crop errors by crop size, for each network on each of its datasets with at least two sizes.

    Other weights, another preprocessing or another resize make another curve, and its name says which.
    """
    curves: dict[str, list[Accuracy]] = {}
    for (model, dataset), found in _grouped(_own(table_data, crop="single"), lambda run: _place(run)[:2]).items():
        for words, runs in _by_settings(found):
            if len(points := _curve(runs)) > 1:
                curves[", ".join((f"{model} on {dataset}", *words))] = points
    return curves


def _by_settings(runs: Sequence[Run]) -> Iterator[tuple[tuple[str, ...], Sequence[Run]]]:
    """The runs of each curve, labelled by the settings in which they differ."""
    differ = [key for key in _SETTINGS if len({run.params.get(key, "-") for run in runs}) > 1]
    yield from sorted(_grouped(runs, lambda run: tuple(run.params.get(key, "-") for key in differ)).items())


def _curve(runs: Sequence[Run]) -> list[Accuracy]:
    """One point per crop size, in order of size; of several base sizes for one crop size, the last one evaluated."""
    newest: dict[int, Accuracy] = {}
    for same_size in _grouped(runs, lambda run: _place(run)[2:]).values():
        point = _evaluated(same_size)
        known = newest.get(point.cell.crop_size)
        if known is None or _started(point) > _started(known):
            newest[point.cell.crop_size] = point
    return [newest[size] for size in sorted(newest)]


def own_timed(table_data: TableData) -> Iterator[OwnTimed]:
    """Each network, dataset and size with an error (at least on part of the images) and a time of one image."""
    times = _grouped(
        (run for run in table_data.runs if run.tags.get("task") == "time" and run.params.get("batch_size", "1") == "1"),
        lambda run: (run.tags.get("model", ""), run.params.get("crop_size", "")),
    )
    for (model, dataset, *_), runs in _grouped(_own(table_data, crop="single"), _place).items():
        error = _evaluated(runs)
        time_run, status = chosen(times.get((model, str(error.cell.crop_size)), []), timing_status)
        if time_run is not None and status.is_result and error.status.state in (State.RESULT, State.PARTIAL):
            yield OwnTimed(error, time_run, dataset)


def _own(table_data: TableData, crop: str) -> Iterator[Run]:
    for run in table_data.runs:
        is_published = run.tags.get("model") in table_data.networks.catalogue and run.tags.get("dataset") == DATASET
        sizes = run.params.get("crop_size", ""), run.params.get("base_size", "")
        if (
            run.tags.get("task") == "evaluate"
            and run.get("crop") == crop
            and not is_published
            and sizes[0].isdigit()
            and (sizes[1].isdigit() or sizes[1] in ("", "none"))
        ):
            yield run


def _place(run: Run) -> tuple[str, ...]:
    pixels = (run.params["crop_size"], run.params.get("base_size", ""))
    return run.tags.get("model", ""), run.tags.get("dataset", ""), *(each.zfill(5) for each in pixels)


def _grouped(
    runs: Iterator[Run] | Sequence[Run], key: Callable[[Run], tuple[str, ...]]
) -> dict[tuple[str, ...], list[Run]]:
    groups: dict[tuple[str, ...], list[Run]] = {}
    for run in runs:
        groups.setdefault(key(run), []).append(run)
    return groups


def _evaluated(runs: Sequence[Run]) -> Accuracy:
    run, status = chosen(runs, _status)
    assert run is not None
    crop_size, base_size = run.params["crop_size"], run.params.get("base_size", "")
    cell = AccuracyCell(
        run.tags.get("model", ""),
        run.tags.get("size", ""),
        run.get("crop") or "",
        int(crop_size),
        int(base_size if base_size.isdigit() else crop_size),
        run.params.get("preprocessing", ""),
        {},
        judged=False,
    )
    top1, top5 = (
        Figure(f"{top}_error", run.metrics.get(f"{top}_error"), run.metrics.get(f"{top}_stderr"), None)
        for top in ("top1", "top5")
    )
    return Accuracy(cell, run, status, top1, top5, "")


def _status(run: Run) -> CellStatus:
    return own_status(run, _ERRORS)


def _started(point: Accuracy) -> int:
    return point.run.started_ms if point.run else 0
