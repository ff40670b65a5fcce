"""Own networks below the published ones."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

import pytest
from report_store import FakeRun, as_read, evaluation, timing, whole_table

from clsbench.errors import ConfigError
from clsbench.report.cells import AccuracyCell
from clsbench.report.document import Document
from clsbench.report.networks import Networks
from clsbench.report.table_data import TableData
from clsbench.report.tables.lite import lite
from clsbench.report.tables.table1 import table1
from clsbench.report.tables.table3 import table3
from clsbench.report.where import parse_where

Build = Callable[[TableData], Document]
Also = Callable[[Build, Iterable[FakeRun], str], Document]


def own(crop: str, crop_size: int, base_size: int, top1: float, dataset: str = "list:val") -> FakeRun:
    run = evaluation(AccuracyCell("mine", "standard", crop, crop_size, base_size, "caffe", {}), top1, 5.0, 300)
    facts = {"dataset": dataset}
    return replace(run, tags={**run.tags, **facts}, params={**run.params, **facts})


@pytest.fixture
def also(networks: Networks) -> Also:
    return lambda build, runs, words: build(TableData(networks, as_read(runs), 0.1, parse_where(words).conditions))


def rows(document: Document) -> dict[str, Sequence[str]]:
    return {row[0].text: [entry.text for entry in row[1:]] for row in document.grids[0].rows}


FOUR = (
    own("single", 224, 256, 30.0),
    own("multi12", 224, 256, 28.0),
    own("single", 320, 320, 27.0),
    own("multi12", 320, 320, 26.0),
)


def test_a_network_of_the_same_four_cells_is_the_last_row_of_table_1(also: Also) -> None:
    document = also(table1, [*whole_table(), *FOUR], "model=mine")
    name, cells = list(rows(document).items())[-1]
    assert name == "mine on list:val"
    assert cells == ["30.00 / 5.00", "28.00 / 5.00", "27.00 / 5.00", "26.00 / 5.00"]
    assert len(rows(document)) == 32
    assert document.open_cells == 0
    assert "128 of 128 cells are results" in document.summary[0]
    assert [row["network"] for row in document.tidy[-4:]] == ["mine on list:val"] * 4
    assert all(grid.rows[-1][0].text == "mine on list:val" for grid in document.grids)


def test_the_published_rows_are_as_without_it(also: Also, networks: Networks) -> None:
    alone = table1(TableData(networks, as_read([*whole_table(), *FOUR]), 0.1))
    beside = also(table1, [*whole_table(), *FOUR], "model=mine")
    assert beside.grids[0].rows[:-1] == alone.grids[0].rows
    assert beside.tidy[:124] == alone.tidy


def test_other_pixels_are_no_cell_and_a_cell_without_a_run_is_missing(also: Also) -> None:
    document = also(table1, [own("single", 299, 320, 30.0), own("single", 200, 256, 1.0)], "model=mine")
    assert rows(document)["mine on list:val"] == ["30.00 / 5.00", "missing", "missing", "missing"]


def test_a_network_on_part_of_imagenet_is_no_result(also: Also) -> None:
    document = also(table1, [own("single", 224, 256, 30.0, "imagenet")], "model=mine")
    assert rows(document)["mine"][0] == "partial (300 images)"


def test_other_weights_are_another_row(also: Also) -> None:
    later = own("single", 224, 256, 20.0).with_params(weights="later.caffemodel")
    names = list(rows(also(table1, [FOUR[0], later], "model=mine")))[-2:]
    assert names == ["mine on list:val, later.caffemodel", "mine on list:val, mine.caffemodel"]


def test_times_of_a_network_of_ones_own_stand_in_table_3(also: Also) -> None:
    document = also(table3, [timing("mine", 224, 10.0, 20.0), timing("mine", 320, 30.0)], "model=mine")
    assert rows(document)["mine"] == ["10.00 / 20.00", "30.00 / -"]


def test_the_lite_table_has_errors_and_times_of_a_network_in_one_row(also: Also) -> None:
    document = also(lite, [FOUR[0], timing("mine", 224, 10.0, 20.0)], "model=mine")
    assert rows(document)["mine on list:val"] == ["30.00 / 5.00", "missing", "10.00 / 20.00"]


def test_a_mistyped_network_is_said_with_the_nearest(also: Also) -> None:
    with pytest.raises(ConfigError, match=r"--also model=mien: no run .*; did you mean mine\?"):
        also(table1, FOUR, "model=mien")
