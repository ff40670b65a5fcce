"""Table 1 from runs of every kind."""

from collections.abc import Callable, Iterable

from report_store import HOSTILE, FakeRun, mixed_table, whole_table

from clsbench.report.document import Document, Entry
from clsbench.report.table_data import TableData
from clsbench.report.tables.table1 import table1

TableDataOf = Callable[[Iterable[FakeRun]], TableData]


def _overview(document: Document) -> dict[tuple[str, str], Entry]:
    grid = document.grids[0]
    return {
        (row[0].text, heading): entry
        for row in grid.rows
        for heading, entry in zip(grid.headings[1:], row[1:], strict=True)
    }


def _texts(document: Document) -> set[str]:
    return {entry.text for grid in document.grids for row in grid.rows for entry in row}


def test_every_cell_of_the_published_table_has_its_place(table_data: TableDataOf) -> None:
    document = table1(table_data(whole_table()))
    assert len(_overview(document)) == len(document.tidy) == 124
    assert document.open_cells == 0
    assert document.grids[0].headings[1:] == (
        "standard, single",
        "standard, multi12",
        "large, single",
        "large, multi12",
    )
    assert "124 of 124 cells are results; 120 within" in document.summary[0]


def test_an_empty_store_has_missing_cells_alone(table_data: TableDataOf) -> None:
    document = table1(table_data([]))
    assert {entry.text for entry in _overview(document).values()} == {"missing"}
    assert document.open_cells == 124
    assert not document.notes
    assert not document.plots


def test_what_is_no_result_is_words_with_a_link(table_data: TableDataOf) -> None:
    cells = _overview(table1(table_data(mixed_table())))
    expected = {
        ("resnet18-priv", "standard, single"): "missing",
        ("resnet18-priv", "standard, multi12"): "failed",
        ("resnet18-priv", "large, single"): "killed",
        ("resnet18-priv", "large, multi12"): "partial (100 images)",
        ("resnext26-32x4d-priv", "standard, single"): "random weights",
        ("resnext26-32x4d-priv", "standard, multi12"): "partial (3 bad images)",
        ("resnext26-32x4d-priv", "large, single"): "other weights",
        ("resnext26-32x4d-priv", "large, multi12"): "not finished",
        ("resnet152-v2", "standard, multi12"): "other preprocessing (torch)",
        ("resnet269-v2", "standard, single"): "partial (1,000 images)",
        ("resnet269-v2", "standard, multi12"): "missing",
    }
    assert {place: cells[place].text for place in expected} == expected
    assert all(cells[place].words for place in expected)
    assert all(bool(cells[place].link) == (text != "missing") for place, text in expected.items())


def test_the_figures_of_what_is_no_result_stand_in_no_grid(table_data: TableDataOf) -> None:
    texts = _texts(table1(table_data(mixed_table())))
    assert texts.isdisjoint({"99.90", "99.50", "29.00", "40.00", "50.00"})


def test_the_newest_result_stands_in_the_table(table_data: TableDataOf) -> None:
    cells = _overview(table1(table_data(mixed_table())))
    assert cells["resnet101-v2", "standard, multi12"].text == "19.97 / 5.05"
    assert cells["resnet101-v2", "large, single"].text == "20.37 / 5.16"


def test_outside_and_another_engine_are_marked(table_data: TableDataOf) -> None:
    document = table1(table_data(mixed_table()))
    cells = _overview(document)
    assert cells["resnet101-v2", "standard, single"].marks == "*"
    assert cells["resnet152-v2", "standard, single"].marks == "a"
    assert "a: measured with openvino, cpu, bf16 (1 cell)." in document.summary
    assert "*: outside the tolerance." in document.summary
    assert "No letter: measured with onnxruntime, cpu, fp32 (112 cells)." in document.summary


def test_notes_say_why_and_judge_samples_in_their_own_way(table_data: TableDataOf) -> None:
    notes = [note.text for note in table1(table_data(mixed_table())).notes]
    assert f"resnet18-priv, multi12, crop 224 of 256: failed: {HOSTILE}" in notes
    sample = (
        "resnet18-priv, multi12, crop 320 of 320: partial (100 images): top-1 error 29.00 ± 4.54 (published 26.23, "
        "+2.77), top-5 error 8.21 ± 2.74 (published 8.21, +0.00); within the tolerance and the sampling error"
    )
    assert sample in notes
    (far,) = (note for note in notes if note.startswith("resnet269-v2, single"))
    assert far.endswith("; outside the tolerance and the sampling error")
    (other,) = (note for note in notes if "other weights" in note)
    assert other.startswith("resnext26-32x4d-priv, single, crop 320 of 320: other weights from timm some_net.in1k")
    assert "published" not in other
    (outside,) = (note for note in notes if ": outside: " in note)
    assert "top-1 error 22.15 ± 0.18 (published 21.95, +0.20)" in outside


def test_a_result_of_weights_that_a_hub_kept_names_them(table_data: TableDataOf) -> None:
    first, *others = whole_table()
    source = "timm legacy_seresnet50.in1k (same weights)"
    from_hub = first.tagged(weights_relation="same", weights_source=source)
    document = table1(table_data([from_hub, *others]))
    (note,) = (note.text for note in document.notes if "weights from" in note.text)
    assert note.endswith(f": weights from {source}")
    assert document.open_cells == 0


def test_the_tidy_rows_keep_results_and_other_figures_apart(table_data: TableDataOf) -> None:
    rows = {(row["network"], row["size"], row["crop"]): row for row in table1(table_data(mixed_table())).tidy}
    partial = rows["resnet18-priv", "large", "multi12"]
    assert (partial["state"], partial["words"], partial["images"]) == ("partial", "partial (100 images)", "100")
    assert partial["top1_error"] == partial["difference_top1_error"] == ""
    assert partial["no_result_top1_error"] == "29"
    assert partial["tolerance"] == "within"
    result = rows["resnet101-v2", "standard", "single"]
    assert (result["state"], result["top1_error"], result["no_result_top1_error"]) == ("result", "22.15", "")
    assert (result["difference_top1_error"], result["tolerance"]) == ("0.2", "outside")
    assert result["run_id"]


def test_open_cells_are_those_without_a_result_and_those_outside(table_data: TableDataOf) -> None:
    assert table1(table_data(mixed_table())).open_cells == 11 + 1
