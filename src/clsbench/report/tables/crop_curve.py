"""Accuracy against crop size: the figure of soeaver/caffe-model, cls/accuracy.png, plus other measured networks."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial

from clsbench.report.cell_status import State
from clsbench.report.cells import DATASET, AccuracyCell
from clsbench.report.document import Document, Plot
from clsbench.report.grids import accuracy_grid
from clsbench.report.notes import accuracy_notes, accuracy_summary
from clsbench.report.own_runs import own_curves
from clsbench.report.plots.curves import draw_curves
from clsbench.report.setups import setups
from clsbench.report.table_data import Accuracy, TableData
from clsbench.report.tables.curve_points import PUBLISHED
from clsbench.report.tidy import accuracy_row
from clsbench.report.tolerance import Figure
from clsbench.zoo.catalogue import Entry as Network

# With fewer points than this, they are cells of another table, not a curve.
_POINTS_OF_A_CURVE = 3
BASE_SIZES = "Base size of measured points: the published one at a network's own two sizes, else the crop size itself."


def crop_curve(table_data: TableData) -> Document:
    """One grid per network, and the curves."""
    found = {name: _curve(table_data, network) for name, network in table_data.networks.catalogue.items()}
    found = {name: points for name, points in found.items() if name in PUBLISHED or len(points) >= _POINTS_OF_A_CURVE}
    own = {name: list(map(_as_accuracy, points)) for name, points in own_curves(table_data).items()}
    if own:  # published curves beside your own only if they are of the same network, or measured too
        models = {point.cell.model for points in own.values() for point in points}
        found = {name: points for name, points in found.items() if name in models or any(each.run for each in points)}
        found |= own
    every = [point for points in found.values() for point in points]
    used = setups(each.run for each in every if each.run and each.status.is_result)
    unjudged = "not judged, because the base size of the published point is not known"
    return Document(
        name="crop_curve",
        title="Accuracy against crop size, single crop",
        summary=(
            accuracy_summary(
                every, table_data.tolerance, unjudged if len(own) < len(found) else "with nothing published"
            ),
            *(
                ["Hollow points are of a part of the images; the notes have their figures."]
                if _has_parts(every)
                else []
            ),
            f"Accuracies are in percent. {BASE_SIZES}",
            *used.lines,
        ),
        grids=tuple(accuracy_grid(name, points, used, of="accuracy") for name, points in found.items()),
        notes=tuple(accuracy_notes(every)),
        tidy=[_tidy(each, of_own=bool(own)) for each in every],
        plots=(
            Plot(
                "crop_curve",
                "Accuracy against crop size",
                (10, 5),
                partial(draw_curves, curves=found, caption=BASE_SIZES),
            ),
        ),
        open_cells=sum(not each.settled for each in every),
    )


def _has_parts(points: list[Accuracy]) -> bool:
    return any(point.status.state is State.PARTIAL for point in points)


def _tidy(point: Accuracy, *, of_own: bool) -> dict[str, str]:
    row = accuracy_row(point)
    return {**row, "dataset": (point.run.tags.get("dataset", "") if point.run else DATASET)} if of_own else row


def _curve(table_data: TableData, network: Network) -> list[Accuracy]:
    published = {crop: (100 - top1, 100 - top5) for crop, top1, top5 in PUBLISHED.get(network.name, ())}
    bases = dict(network.sizes.values())
    measured = {crop for crop, base in table_data.crop_sizes(network.name) if base == bases.get(crop, crop)}
    cells = _cells(network, sorted(measured | published.keys()), published)
    return [_as_accuracy(table_data.accuracy(cell)) for cell in cells]


def _cells(
    network: Network, crop_sizes: list[int], published: Mapping[int, tuple[float, float]]
) -> Iterator[AccuracyCell]:
    names = {pixels: size for size, pixels in network.sizes.items()}
    bases = dict(network.sizes.values())
    for crop in crop_sizes:
        base = bases.get(crop, crop)
        errors = dict(zip(("top1_error", "top5_error"), published[crop], strict=True)) if crop in published else {}
        size = names.get((crop, base), "")
        yield AccuracyCell(network.name, size, "single", crop, base, network.preprocessing, errors, judged=bool(size))


def _as_accuracy(found: Accuracy) -> Accuracy:
    return replace(found, top1=_complement(found.top1), top5=_complement(found.top5))


def _complement(figure: Figure) -> Figure:
    name = figure.name.replace("error", "accuracy")
    value = None if figure.value is None else 100 - figure.value
    published = None if figure.published is None else 100 - figure.published
    return Figure(name, value, figure.error, published)
