"""``report precision``: each precision against fp32 on the images that both evaluated."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from report_store import FakeRun, as_read

from clsbench.errors import ConfigError
from clsbench.evaluation.record import Prediction
from clsbench.report.document import Document
from clsbench.report.run import Run
from clsbench.report.tables.precision import precision
from clsbench.results.predictions import write_predictions


def _evaluation(precision: str, error: float, engine: str = "onnxruntime", **params: str) -> FakeRun:
    facts = {"model": "net", "crop": "single", "dataset": "list:val", "engine": engine, "device": "cpu"}
    facts |= {"precision": precision, "weights_sha256": "ab" * 32}
    return FakeRun(
        f"net single 227 {engine}",
        {"task": "evaluate", "weights": "file", **facts},
        {"crop_size": "227", "base_size": "256", "limit": "all", "crop": "single", "precision": precision, **params},
        {"images": 10.0, "top1_error": error, "top1_stderr": 5.0, "images_per_second": 50.0, "network_mib": 4.0},
    )


def _timing(precision: str, milliseconds: float) -> FakeRun:
    return FakeRun(
        "net time",
        {"task": "time", "model": "net", "engine": "onnxruntime", "device": "cpu", "precision": precision},
        {"crop_size": "227", "batch_size": "1"},
        {"forward_ms_p50": milliseconds, "forward_ms_mean": milliseconds},
    )


def _right(names: Sequence[int], wrong: Sequence[int]) -> list[Prediction]:
    """Image N is of class N % 5; class 7 is what the wrong ones are taken for."""

    def one(name: int) -> Prediction:
        best = 7 if name in wrong else name % 5
        others = tuple(each for each in range(10, 14))
        return Prediction(name, f"{name}.jpg", name % 5, (best, *others), (0.6, 0.1, 0.1, 0.1, 0.1), 0.5, "ok")

    return [one(name) for name in names]


def _made(runs: Sequence[tuple[FakeRun, Sequence[Prediction] | None]], folder: Path) -> Document:
    files: dict[str, Path] = {}
    read = as_read([run for run, _ in runs])
    for run, (_, predictions) in zip(read, runs, strict=True):
        if predictions is not None:
            files[run.run_id] = folder / f"{run.run_id}.parquet"
            write_predictions(predictions, files[run.run_id])

    def fetch(run: Run) -> Path | None:
        return files.get(run.run_id)

    return precision(read, fetch)


def _rows(document: Document) -> dict[tuple[str, str], Mapping[str, str]]:
    return {(row["precision"], row["engine"]): row for row in document.tidy}


def test_the_difference_is_that_on_the_common_images_and_flips_go_both_ways(tmp_path: Path) -> None:
    document = _made(
        [
            (_evaluation("fp32", 30.0), _right(range(20), wrong=[0, 1, 2, 12])),
            (_evaluation("int8", 50.0), _right(range(10, 20), wrong=[13, 14, 15])),
        ],
        tmp_path,
    )
    row = _rows(document)["int8", "onnxruntime"]
    assert (row["now_wrong"], row["now_right"], row["other_class"]) == ("3", "1", "4")
    assert (row["fp32_top1_error"], row["difference"]) == ("10", "20")
    assert float(row["mcnemar_p"]) == pytest.approx(0.625)  # 3 of 4 coins: 2 (1 + 4) / 16
    assert _rows(document)["fp32", "onnxruntime"]["difference"] == ""
    grid = document.grids[1]
    assert grid.headings == ("network", "fp32 onnxruntime", "int8 onnxruntime")
    assert [entry.text for entry in grid.rows[0]] == [
        "net",
        "30.00",
        "50.00 (+20.00, p = 0.62; 3 now wrong, 1 now right)",
    ]
    fp32, int8 = (f"{number:032x}" for number in (0, 1))
    assert any(note.text.endswith(f"clsbench compare {fp32} {int8}") for note in document.notes)


def test_times_are_those_of_timings_where_both_have_one_else_of_the_evaluations(tmp_path: Path) -> None:
    same = _right(range(10), wrong=[])
    runs: list[tuple[FakeRun, Sequence[Prediction] | None]]
    runs = [(_evaluation("fp32", 0.0), same), (_evaluation("int8", 0.0).measured(images_per_second=80.0), same)]
    by_evaluation = _rows(_made(runs, tmp_path))["int8", "onnxruntime"]
    assert (by_evaluation["ms"], by_evaluation["ms_of"], by_evaluation["speed_up"]) == ("12.5", "evaluation", "1.6")
    runs += [(_timing("int8", 2.0), None)]
    half = _rows(_made(runs, tmp_path))["int8", "onnxruntime"]
    assert (half["ms"], half["ms_of"], half["speed_up"]) == ("2", "timing", "1.6")
    both = _rows(_made([*runs, (_timing("fp32", 6.0), None)], tmp_path))["int8", "onnxruntime"]
    assert (both["ms"], both["speed_up"]) == ("2", "3")


def test_times_of_two_machines_give_no_speed_up(tmp_path: Path) -> None:
    same = _right(range(10), wrong=[])
    runs: list[tuple[FakeRun, Sequence[Prediction] | None]]
    runs = [(_evaluation("fp32", 0.0), same), (_evaluation("int8", 0.0).measured(images_per_second=100.0), same)]
    runs += [(_timing("fp32", 6.0).tagged(hardware="slow"), None), (_timing("int8", 1.0).tagged(hardware="fast"), None)]
    assert _rows(_made(runs, tmp_path))["int8", "onnxruntime"]["speed_up"] == "2"  # of the evaluations


def test_an_evaluation_that_did_not_decode_says_nothing_of_the_speed_of_one_that_did(tmp_path: Path) -> None:
    same = _right(range(10), wrong=[])
    fast = _evaluation("int8", 0.0).measured(images_per_second=100.0)
    kept = "10 of 10 images were decoded before"
    alone = _made([(_evaluation("fp32", 0.0), same), (fast.tagged(prepared=kept), same)], tmp_path)
    assert _rows(alone)["int8", "onnxruntime"]["speed_up"] == ""
    both = _made([(_evaluation("fp32", 0.0).tagged(prepared=kept), same), (fast.tagged(prepared=kept), same)], tmp_path)
    assert _rows(both)["int8", "onnxruntime"]["speed_up"] == "2"


def test_a_precision_on_another_engine_is_compared_with_fp32_there_or_else_with_any(tmp_path: Path) -> None:
    same = _right(range(10), wrong=[])
    runs = [
        (_evaluation("fp32", 0.0), same),
        (_evaluation("fp32", 0.0, "openvino"), same),
        (_evaluation("int8", 0.0, "openvino"), same),
        (_evaluation("bf16", 0.0, "torch"), same),
    ]
    document = _made(runs, tmp_path)
    rows = _rows(document)
    assert rows["int8", "openvino"]["fp32_run_id"] == rows["fp32", "openvino"]["run_id"]
    assert rows["bf16", "torch"]["fp32_run_id"] in {
        rows["fp32", engine]["run_id"] for engine in ("openvino", "onnxruntime")
    }
    assert any("bf16 on torch (fp32 of " in note.text for note in document.notes)
    assert "2 compared with fp32" in document.summary[0]


def test_several_calibrations_are_columns_of_their_own(tmp_path: Path) -> None:
    same = _right(range(10), wrong=[])
    runs = [(_evaluation("fp32", 0.0), same)]
    runs += [
        (_evaluation("int8", 1.0, calibration=said), same) for said in ("minmax, 100 images", "entropy, 100 images")
    ]
    assert {row["precision"] for row in _made(runs, tmp_path).tidy} == {
        "fp32",
        "int8 (minmax, 100 images)",
        "int8 (entropy, 100 images)",
    }
    two_engines = [runs[1], (_evaluation("int8", 1.0, "openvino", calibration="minmax, 100 images"), same)]
    assert {row["precision"] for row in _made(two_engines, tmp_path).tidy} == {"int8"}


def test_a_timing_is_of_what_the_same_tool_quantised(tmp_path: Path) -> None:
    same = _right(range(10), wrong=[])
    runs: list[tuple[FakeRun, Sequence[Prediction] | None]]
    runs = [(_evaluation("int8", 1.0, calibration="minmax, images", quantisation=by), same) for by in ("nncf", "other")]
    rows = _made([*runs, (_timing("int8", 2.0).with_params(quantisation="nncf"), None)], tmp_path).tidy
    assert {row["precision"]: row["ms"] for row in rows} == {
        "int8 (nncf; minmax, images)": "2",
        "int8 (other; minmax, images)": "20",
    }


def test_without_an_fp32_run_or_its_predictions_the_error_stands_alone(tmp_path: Path) -> None:
    document = _made([(_evaluation("int8", 40.0), _right(range(10), wrong=[]))], tmp_path)
    (row,) = document.tidy
    assert (row["top1_error"], row["difference"], row["speed_up"]) == ("40", "", "")
    assert "1 without an fp32 run" in document.summary[0]
    lone = _made([(_evaluation("fp32", 40.0), None), (_evaluation("int8", 40.0), None)], tmp_path)
    assert {row["difference"] for row in lone.tidy} == {""}


def test_runs_in_fp32_alone_are_no_report_of_precisions(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="precision=int8"):
        _made([(_evaluation("fp32", 40.0), None)], tmp_path)


def test_each_network_is_a_line_over_its_precisions(tmp_path: Path) -> None:
    same = _right(range(10), wrong=[])
    worse = _right(range(5, 10), wrong=[7])
    runs = [(_evaluation("fp32", 40.0), same), (_evaluation("int8", 42.0).measured(images_per_second=100.0), worse)]
    figure: Any = pytest.importorskip("matplotlib.figure").Figure()
    (plot,) = _made(runs, tmp_path).plots
    plot.draw(figure)
    axes = figure.axes[0]
    assert {text.get_text() for text in axes.texts} == {"fp32", "int8"}
    assert list(axes.lines[0].get_xdata()) == [10.0, 20.0]
    # 1 of the 5 common images more is wrong: 20 points above fp32's error, whatever int8's own images are
    assert list(axes.lines[0].get_ydata()) == [60.0, 40.0]


def test_one_model_name_with_two_crop_sizes_is_two_networks(tmp_path: Path) -> None:
    same = _right(range(10), wrong=[])
    runs = [(_evaluation("fp32", 0.0), same), (_evaluation("int8", 0.0, crop_size="256"), same)]
    assert {row["network"] for row in _made(runs, tmp_path).tidy} == {"net 227", "net 256"}
