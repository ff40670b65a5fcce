"""Heatmaps and bars of any runs: what is drawn, and what is hollow or in brackets."""

from typing import Any

import pytest
from report_store import FakeRun, as_read, evaluation, timing

from clsbench.evaluation.interval import wilson
from clsbench.report.cells import AccuracyCell
from clsbench.report.document import Document
from clsbench.report.layout import Request
from clsbench.report.tables.pictures import bars, heatmap, with_fitting_picture


def evaluated(model: str, crop: str, wrong: int, images: int = 200) -> FakeRun:
    run = evaluation(AccuracyCell(model, "", crop, 224, 256, "caffe", {}), 100 * wrong / images, 5.0, images)
    return run.tagged(dataset="list:val")


def drawn(document: Document) -> Any:
    figure = pytest.importorskip("matplotlib.figure").Figure()
    document.plots[0].draw(figure)
    return figure


RUNS = [evaluated(model, crop, wrong) for model, crop, wrong in (("a", "single", 60), ("a", "multi12", 40))]


def test_a_bar_is_as_long_as_the_error_and_its_line_is_wilsons_interval() -> None:
    axes = drawn(bars(as_read(RUNS), Request())).axes[0]
    assert sorted(patch.get_width() for patch in axes.patches) == [20.0, 30.0]
    lines = sorted(tuple(line.get_xdata()) for line in axes.lines)
    assert lines == [pytest.approx(wilson(40, 200)), pytest.approx(wilson(60, 200))]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["a"]


def test_a_part_of_the_images_is_a_hollow_bar_and_a_figure_in_brackets() -> None:
    runs = as_read([RUNS[0], RUNS[1].with_params(limit="200")])
    axes = drawn(bars(runs, Request())).axes[0]
    fills = {patch.get_width(): patch.get_facecolor()[3] for patch in axes.patches}
    assert fills == {30.0: 1.0, 20.0: 0.0}
    assert "hollow: no full result" in axes.get_xlabel()
    assert {text.get_text() for text in drawn(heatmap(runs, Request())).axes[0].texts} == {"30", "(20)"}


def test_a_failed_run_has_its_word_in_the_field_and_no_bar() -> None:
    runs = as_read([*RUNS, evaluated("b", "single", 1).ended("FAILED", "no memory")])
    assert {text.get_text() for text in drawn(heatmap(runs, Request())).axes[0].texts} == {"30", "20", "failed"}
    assert len(drawn(bars(runs, Request())).axes[0].patches) == 2


def test_fields_are_coloured_by_their_figure() -> None:
    (image,) = drawn(heatmap(as_read(RUNS), Request())).axes[0].collections
    assert image.get_array().tolist() == [[20.0, 30.0]]
    assert image.get_clim() == (20.0, 30.0)


def test_times_are_drawn_without_an_interval() -> None:
    document = bars(as_read([timing("a", 224, 10.0), timing("b", 224, 20.0)]), Request())
    axes = drawn(document).axes[0]
    assert [patch.get_width() for patch in axes.patches] == [pytest.approx(9.8), pytest.approx(19.6)]
    assert not axes.lines
    assert [plot.name for plot in document.plots] == ["bars_forward_ms_p50"]


def test_what_no_picture_can_hold_stands_in_the_table_and_is_said() -> None:
    runs = as_read([evaluated(f"net{place:03}", "single", 60) for place in range(150)])
    document = bars(runs, Request())
    assert "The pictures leave out the last 30 rows and 0 columns." in document.summary
    assert len(document.grids[0].rows) == 150
    assert len(drawn(document).axes[0].patches) == 120


def test_without_runs_there_is_no_picture() -> None:
    assert bars([], Request()).plots == heatmap([], Request()).plots == ()


def test_a_wide_sweep_is_fields_and_a_narrow_one_bars() -> None:
    def names(columns: int) -> set[str]:
        runs = [evaluated(m, f"crop{c}", 60) for m in "abc" for c in range(columns)]
        return {plot.name.partition("_")[0] for plot in with_fitting_picture(as_read(runs), Request()).plots}

    assert names(2) == {"bars"}
    assert names(4) == {"heatmap"}
