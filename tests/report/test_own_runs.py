"""Curves and fronts of a person's own networks and images."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from math import isnan

import pytest
from report_store import FakeRun, evaluation, timing

from clsbench.report.cells import AccuracyCell
from clsbench.report.document import Document
from clsbench.report.table_data import TableData
from clsbench.report.tables.crop_curve import crop_curve
from clsbench.report.tables.pareto import pareto

TableDataOf = Callable[[Iterable[FakeRun]], TableData]


def own(size: int, top1: float, *, model: str = "mine", dataset: str = "list:val", images: int = 300) -> FakeRun:
    run = evaluation(AccuracyCell(model, "", "single", size, size, "caffe", {}), top1, 5.0, images)
    facts = {"dataset": dataset}
    return replace(run, tags={**run.tags, **facts}, params={**run.params, **facts})


def titles(document: Document) -> list[str]:
    return [grid.title for grid in document.grids]


def test_a_network_of_ones_own_has_a_curve_and_no_published_one_beside_it(table_data: TableDataOf) -> None:
    document = crop_curve(table_data([own(size, 40.0 - size / 100) for size in (256, 192, 224)]))
    assert titles(document) == ["mine on list:val"]
    assert [(row["crop_size"], row["top1_accuracy"], row["dataset"]) for row in document.tidy] == [
        ("192", "61.92", "list:val"),
        ("224", "62.24", "list:val"),
        ("256", "62.56", "list:val"),
    ]
    assert document.open_cells == 0
    assert "3 of 3 cells are results; 3 with nothing published" in document.summary[0]


def test_a_published_network_on_ones_own_images_has_its_published_curve_beside_it(table_data: TableDataOf) -> None:
    document = crop_curve(table_data([own(size, 30.0, model="inception-v3") for size in (267, 299)]))
    assert titles(document) == ["inception-v3", "inception-v3 on list:val"]


def test_one_size_is_no_curve_and_two_datasets_are_two(table_data: TableDataOf) -> None:
    assert "mine on list:val" not in titles(crop_curve(table_data([own(224, 30.0)])))
    runs = [own(size, 30.0, dataset=dataset) for size in (192, 224) for dataset in ("list:a", "list:b")]
    assert titles(crop_curve(table_data(runs))) == ["mine on list:a", "mine on list:b"]


def test_other_weights_and_another_preprocessing_are_other_curves(table_data: TableDataOf) -> None:
    runs = [own(size, 30.0) for size in (192, 224)]
    later = [own(size, 20.0).with_params(weights="later.caffemodel") for size in (192, 224)]
    torch = [own(size, 90.0).with_params(preprocessing="torch") for size in (192, 224)]
    assert titles(crop_curve(table_data([*runs, *later]))) == [
        "mine on list:val, later.caffemodel",
        "mine on list:val, mine.caffemodel",
    ]
    document = crop_curve(table_data([*runs, *torch]))
    assert titles(document) == ["mine on list:val, caffe", "mine on list:val, torch"]
    assert [row["top1_accuracy"] for row in document.tidy] == ["70", "70", "10", "10"]


def test_of_several_runs_of_a_size_the_newest_result_counts(table_data: TableDataOf) -> None:
    runs = [own(192, 30.0), own(192, 20.0), own(192, 1.0).with_params(limit="10"), own(224, 10.0)]
    rows = crop_curve(table_data(runs)).tidy
    assert [row["top1_accuracy"] for row in rows] == ["80", "90"]


def test_a_part_of_the_images_is_no_result_and_is_said(table_data: TableDataOf) -> None:
    part = own(192, 30.0, images=100).with_params(limit="100")
    document = crop_curve(table_data([part, own(224, 20.0), own(256, 20.0).ended("FAILED", "no memory")]))
    assert [row["state"] for row in document.tidy] == ["partial", "result", "failed"]
    assert document.open_cells == 2
    assert "Hollow points are of a part of the images; the notes have their figures." in document.summary
    notes = " ".join(note.text for note in document.notes)
    assert "partial (100 images): top-1 accuracy 70.00" in notes
    assert "no memory" in notes


def test_the_curves_are_drawn_hollow_where_partial(table_data: TableDataOf) -> None:
    figure = pytest.importorskip("matplotlib.figure").Figure()
    document = crop_curve(table_data([own(192, 30.0).with_params(limit="100"), own(224, 20.0), own(256, 10.0)]))
    document.plots[0].draw(figure)
    lines = {line.get_label(): line for line in figure.axes[0].lines}
    assert list(lines) == ["mine on list:val, measured", "mine on list:val, on a part of the images"]
    hollow = lines["mine on list:val, on a part of the images"]
    assert hollow.get_markerfacecolor() == "white"
    assert [y for y in hollow.get_ydata() if not isnan(y)] == [70.0]


def test_error_against_time_of_ones_own_networks(table_data: TableDataOf) -> None:
    runs = [own(224, 30.0), own(224, 20.0, model="slow"), timing("mine", 224, 10.0), timing("slow", 224, 100.0)]
    document = pareto(table_data([*runs, own(224, 5.0, model="untimed")]))
    assert titles(document) == ["Times of torch, cpu, fp32, Synthetic CPU, 2 threads, timing=clean; errors on list:val"]
    assert [(row["network"], row["top1_error"], row["forward_ms"], row["front"]) for row in document.tidy] == [
        ("mine 224", "30", "9.8", "yes"),
        ("slow 224", "20", "98", "yes"),
    ]
    assert document.open_cells == 0


def test_an_error_of_a_part_of_the_images_is_said_in_the_front(table_data: TableDataOf) -> None:
    document = pareto(table_data([own(224, 30.0, images=50).with_params(limit="50"), timing("mine", 224, 10.0)]))
    (row,) = document.tidy
    assert row["error_from"] == "partial (50 images)"
    assert document.open_cells == 1
