"""Accuracy against crop size, and error against time."""

from collections.abc import Callable, Iterable

from report_store import FakeRun, evaluation, timing

from clsbench.report.cells import AccuracyCell, accuracy_cells
from clsbench.report.document import Document
from clsbench.report.networks import Networks
from clsbench.report.pareto_front import Point, mark_pareto_front
from clsbench.report.table_data import TableData
from clsbench.report.tables.crop_curve import crop_curve
from clsbench.report.tables.pareto import pareto

TableDataOf = Callable[[Iterable[FakeRun]], TableData]


def _point(model: str, crop_size: int, base_size: int, preprocessing: str, top1: float = 21.0) -> FakeRun:
    return evaluation(AccuracyCell(model, "", "single", crop_size, base_size, preprocessing, {}), top1, 5.0)


def _titles(document: Document) -> list[str]:
    return [grid.title for grid in document.grids]


def test_the_curve_has_the_sixteen_published_points(table_data: TableDataOf) -> None:
    document = crop_curve(table_data([]))
    assert _titles(document) == ["inception-v3", "resnet101-v2"]
    assert len(document.tidy) == document.open_cells == 16
    assert document.tidy[0]["published_top1_accuracy"] == "74.89"


def test_a_measured_point_is_an_accuracy_at_the_base_size_of_the_experiment(table_data: TableDataOf) -> None:
    runs = [_point("inception-v3", 267, 267, "inception_v3", 23.0), _point("inception-v3", 331, 400, "inception_v3")]
    rows = {row["crop_size"]: row for row in crop_curve(table_data(runs)).tidy if row["network"] == "inception-v3"}
    assert rows["267"]["top1_accuracy"] == "77"
    assert rows["267"]["difference_top1_accuracy"] == "-0.1"
    assert rows["331"]["state"] == "missing"


def test_only_points_of_a_known_base_size_are_judged(table_data: TableDataOf) -> None:
    runs = [
        _point("inception-v3", 267, 267, "inception_v3", 50.0),
        _point("inception-v3", 299, 320, "inception_v3", 50.0),
    ]
    rows = {row["crop_size"]: row for row in crop_curve(table_data(runs)).tidy if row["network"] == "inception-v3"}
    assert rows["267"]["tolerance"] == ""
    assert rows["299"]["tolerance"] == "outside"


def test_another_network_joins_with_three_points(table_data: TableDataOf) -> None:
    runs = [_point("senet", size, size, "senet") for size in (192, 256, 288)]
    assert "senet" not in _titles(crop_curve(table_data(runs[:2])))
    document = crop_curve(table_data(runs))
    assert "senet" in _titles(document)
    assert "3 not judged, because the base size of the published point is not known" in document.summary[0]


def test_published_figures_stand_in_where_nothing_is_measured(table_data: TableDataOf, networks: Networks) -> None:
    document = pareto(table_data([]))
    assert _titles(document) == ["Times of Titan X Pascal, cuDNN 5.1 (published)"]
    best = {row["network"] for row in document.tidy if row["front"] == "yes"}
    assert {"resnet10-1x32d", "xception", "inception-v4"} < best
    assert "senet" not in {row["network"] for row in document.tidy}  # without a published time


def test_measured_times_have_a_front_of_their_own(table_data: TableDataOf, networks: Networks) -> None:
    names = ("senet", "se-resnet50")
    cells = list(accuracy_cells([networks.catalogue[name] for name in names], ("standard",), ("single",)))
    runs = [evaluation(cells[0], 18.67, 4.47), timing("senet", 224, 100.0), timing("se-resnet50", 224, 10.0)]
    document = pareto(table_data(runs))
    rows = {row["network"]: row for row in document.tidy}
    assert (
        rows["senet"]["series"]
        == rows["se-resnet50"]["series"]
        == ("torch, cpu, fp32, Synthetic CPU, 2 threads, timing=clean")
    )
    assert (rows["senet"]["error_from"], rows["se-resnet50"]["error_from"]) == ("measured", "published")
    assert rows["senet"]["forward_ms"] == "98"  # the median
    assert rows["senet"]["front"] == rows["se-resnet50"]["front"] == "yes"
    assert document.open_cells == len(document.tidy) - 1


def test_the_front_is_what_no_other_beats_in_both() -> None:
    def point(name: str, error: float, ms: float, series: str = "a") -> Point:
        return Point(name, error, ms, series, "measured", "measured", None, None)

    points = [point("slow", 20, 9), point("worse", 25, 9), point("fast", 30, 1), point("twin", 30, 1)]
    points += [point("alone", 90, 90, "b"), point("equal error", 20, 10)]
    best = {each.network for each in mark_pareto_front(points) if each.is_best}
    assert best == {"slow", "fast", "twin", "alone"}
