"""Table 3 and the lite table."""

from collections.abc import Callable, Iterable

from report_store import FakeRun, evaluation, timing

from clsbench.report.cells import accuracy_cells
from clsbench.report.document import Document
from clsbench.report.networks import Networks
from clsbench.report.table_data import TableData
from clsbench.report.tables.lite import lite
from clsbench.report.tables.table3 import table3

TableDataOf = Callable[[Iterable[FakeRun]], TableData]


def _row(document: Document, grid: str, network: str) -> list[str]:
    (found,) = (each for each in document.grids if each.title == grid)
    (row,) = (row for row in found.rows if row[0].text == network)
    return [entry.text for entry in row]


def test_times_stand_beside_the_published_ones_with_their_ratio(table_data: TableDataOf) -> None:
    document = table3(table_data([timing("se-resnet50", 224, 7.645, 28.4)]))
    assert _row(document, "Standard size", "se-resnet50") == [
        *("se-resnet50", "224", "7.64", "0.38", "15.29", "0.5"),
        *("28.40", "1.42", "14.20", "2"),
    ]
    assert _row(document, "Measured: forward / backward ms", "se-resnet50") == [
        "se-resnet50",
        "7.64 / 28.40",
        "missing",
    ]
    assert document.open_cells == 61
    assert any("Titan X Pascal, cuDNN 5.1" in line for line in document.summary)
    assert "Measured with torch, cpu, fp32, Synthetic CPU, 2 threads, timing=clean." in document.summary


def test_a_backward_that_was_not_measured_is_said(table_data: TableDataOf) -> None:
    document = table3(table_data([timing("senet", 224, 30.0)]))
    assert _row(document, "Standard size", "senet")[6] == "not measured"
    assert _row(document, "Measured: forward / backward ms", "senet")[1] == "30.00 / -"


def test_another_batch_is_another_cell(table_data: TableDataOf) -> None:
    document = table3(table_data([timing("senet", 224, 30.0).with_params(batch_size="8")]))
    assert document.open_cells == 62


def test_a_noisy_time_is_marked_and_its_doubts_are_said(table_data: TableDataOf) -> None:
    document = table3(table_data([timing("senet", 224, 30.0).tagged(noisy="p90 is 1.4 times p50")]))
    assert [note.text for note in document.notes] == ["senet, crop 224: noisy: p90 is 1.4 times p50"]
    assert "~: noisy, see the notes." in document.summary
    assert document.grids[0].rows[-1][1].marks == "~"


def test_the_lite_table_tells_gpu_times_from_cpu_times(table_data: TableDataOf, networks: Networks) -> None:
    gpu = timing("xception", 299, 3.0, 6.0).tagged(device="cuda:0", hardware="Synthetic GPU")
    (cell,) = accuracy_cells([networks.catalogue["xception"]], ("standard",), ("single",))
    runs = [gpu, timing("xception", 299, 120.0), evaluation(cell, 20.9, 5.49)]
    document = lite(table_data(runs))
    assert _row(document, "Measured", "xception") == ["xception", "20.90 / 5.49", "3.00 / 6.00", "120.00 / -"]
    assert _row(document, "GPU times", "xception")[4] == "15.21"
    assert _row(document, "CPU times", "xception")[4] == "1262.00"
    assert document.open_cells == 3 * 34 - 3
    assert {row["kind"] for row in document.tidy} == {"error", "GPU time", "CPU time"}


def test_a_timing_that_failed_before_it_had_a_device_is_seen(table_data: TableDataOf) -> None:
    failed = timing("xception", 299, 1.0).ended("FAILED", "no room")
    failed = FakeRun(failed.name, {**failed.tags, "device": ""}, {**failed.params, "device": ""}, status="FAILED")
    document = lite(table_data([failed]))
    assert _row(document, "Measured", "xception")[2:] == ["failed", "failed"]
