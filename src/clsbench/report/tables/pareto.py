"""Error against time: which networks are best for their time, the front that no other network beats in both."""

from collections.abc import Sequence
from functools import partial

from clsbench.report.cell_status import CellStatus
from clsbench.report.cells import accuracy_cells, time_cell
from clsbench.report.document import Document, Entry, Grid, Plot
from clsbench.report.figures import exact, milliseconds, percent
from clsbench.report.notes import accuracy_notes, time_notes
from clsbench.report.own_runs import OwnTimed, own_timed
from clsbench.report.pareto_front import Point, mark_pareto_front
from clsbench.report.plots.pareto import draw_pareto
from clsbench.report.setups import setup_of
from clsbench.report.table_data import Accuracy, TableData, Times
from clsbench.timing.published import DEVICE
from clsbench.zoo.catalogue import Entry as Network

_PUBLISHED, _MEASURED = "published", "measured"


def pareto(table_data: TableData) -> Document:
    """One grid per series, the best networks marked; times on different hardware are never compared."""
    networks = list(table_data.networks.catalogue.values())
    errors = [table_data.accuracy(cell) for cell in accuracy_cells(networks, ("standard",), ("single",))]
    times = [_times(table_data, each) for each in networks]
    own = [_own_point(each) for each in own_timed(table_data)]
    published = list(filter(None, map(_point, errors, times)))
    if own:  # published points beside your own only if some of them are measured
        published = [point for point in published if _MEASURED in (point.error_from, point.time_from)]
    points = mark_pareto_front([*published, *own])
    series = {point.series: [each for each in points if each.series == point.series] for point in points}
    measured = sum(point.error_from == point.time_from == _MEASURED for point in points)
    plot = Plot("pareto", "Top-1 error against forward time", (10, 7), partial(draw_pareto, series=series))
    return Document(
        name="pareto",
        title="Top-1 error against forward time, single crop at the standard size",
        summary=(
            f"{measured} of {len(points)} networks with both figures measured; otherwise the published figure is "
            "used, and marked as such.",
            f"Measured times are medians of one image; published ones are means from {DEVICE}. A network is on the "
            "front if no other on the same hardware has both a smaller error and a smaller time.",
        ),
        grids=tuple(_grid(name, members) for name, members in series.items()),
        notes=(*accuracy_notes(each for each in errors if not each.status.is_result), *time_notes(times)),
        tidy=[_tidy(point) for point in points],
        plots=(plot,) if points else (),
        open_cells=sum(point.error_from != _MEASURED or point.time_from != _MEASURED for point in points),
    )


def _times(table_data: TableData, network: Network) -> Times:
    return table_data.times(time_cell(network, "standard", "", network.times.get("gpu", {}).get("standard")))


def _point(error: Accuracy, times: Times) -> Point | None:
    percent_error, error_from = _known(error.status, error.top1.value, error.top1.published)
    metrics = times.run.metrics if times.run else {}
    ms, time_from = _known(times.status, metrics.get("forward_ms_p50"), times.forward.published)
    if percent_error is None or ms is None:
        return None
    measured = times.run is not None and time_from == _MEASURED
    series = setup_of(times.run) if times.run and measured else f"{DEVICE} ({_PUBLISHED})"
    error_run = error.run if error_from == _MEASURED else None
    time_run = times.run if measured else None
    return Point(error.cell.model, percent_error, ms, series, error_from, time_from, error_run, time_run)


def _own_point(timed: OwnTimed) -> Point:
    error, metrics = timed.error, timed.time_run.metrics
    assert error.top1.value is not None
    return Point(
        f"{error.cell.model} {error.cell.crop_size}",
        error.top1.value,
        metrics.get("forward_ms_p50", metrics["forward_ms_mean"]),
        f"{setup_of(timed.time_run)}; errors on {timed.dataset}",
        _MEASURED if error.status.is_result else error.status.words,
        _MEASURED,
        error.run,
        timed.time_run,
    )


def _known(status: CellStatus, measured: float | None, published: float | None) -> tuple[float | None, str]:
    return (measured, _MEASURED) if status.is_result and measured is not None else (published, _PUBLISHED)


def _grid(series: str, points: Sequence[Point]) -> Grid:
    rows = (
        (
            Entry(point.network),
            Entry(percent(point.error), point.error_run.link if point.error_run else ""),
            Entry(point.error_from, words=True),
            Entry(milliseconds(point.ms), point.time_run.link if point.time_run else ""),
            Entry(point.time_from, words=True),
            Entry("front" if point.is_best else "", words=True),
        )
        for point in points
    )
    headings = ("network", "top-1 error", "from", "forward ms", "from", "front")
    return Grid(f"Times of {series}", headings, tuple(rows))


def _tidy(point: Point) -> dict[str, str]:
    return {
        "network": point.network,
        "top1_error": exact(point.error),
        "error_from": point.error_from,
        "forward_ms": exact(point.ms),
        "time_from": point.time_from,
        "series": point.series,
        "front": "yes" if point.is_best else "no",
        "error_run_id": point.error_run.run_id if point.error_run else "",
        "error_run_link": point.error_run.link if point.error_run else "",
        "time_run_id": point.time_run.run_id if point.time_run else "",
        "time_run_link": point.time_run.link if point.time_run else "",
    }
