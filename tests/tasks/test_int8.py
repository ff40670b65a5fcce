"""precision=int8 as a user asks for it: quantised on images that are then left out, and said so."""

from pathlib import Path

import onnx
import pyarrow.parquet as pq
import pytest
from command_line import Cli
from onnx_classifiers import OnnxClassifier


def _names(ended_folder: Path) -> list[str]:
    return [str(name) for name in pq.read_table(ended_folder / "predictions.parquet")["image"].to_pylist()]


def test_the_demos_own_first_images_calibrate_it_and_are_left_out(clsbench: Cli) -> None:
    ended = clsbench("-m", "precision=fp32,int8", "calibration.images=100")
    assert ended.code == 0, ended.said
    int8, fp32 = sorted(ended.runs, key=lambda run: run.data.metrics["images"])
    assert (int8.data.params["precision"], fp32.data.params["precision"]) == ("int8", "fp32")
    assert (int8.data.metrics["images"], fp32.data.metrics["images"]) == (282, 382)
    folders = [Path(run.info.artifact_uri.removeprefix("file://")) for run in (int8, fp32)]
    assert _names(folders[0]) == _names(folders[1])[100:]
    assert "own first 100 images" in ended.said
    assert "own first 100 images" in int8.data.tags["notes"]
    assert int8.data.params["calibration"] == "minmax, 100 images of digits"
    assert int8.data.params["quantisation"] == "onnxruntime"
    assert not {"calibration", "quantisation"} & set(fp32.data.params)
    assert int8.data.metrics["top1_error"] == pytest.approx(fp32.data.metrics["top1_error"], abs=3)
    assert int8.data.metrics["network_mib"] < 0.4 * fp32.data.metrics["network_mib"]
    assert int8.info.run_name.endswith("onnxruntime int8")


def test_settings_of_the_calibration_are_another_result_of_int8_only(clsbench: Cli) -> None:
    for precision, runs in (("int8", 2), ("fp32", 3)):
        for images in (20, 30, 20):
            ended = clsbench(f"precision={precision}", f"calibration.images={images}", "limit=60")
            assert ended.code == 0, ended.said
        assert len(ended.runs) == runs
        assert "skipped" in ended.said


def test_other_images_calibrate_and_none_is_left_out(clsbench: Cli, tmp_path: Path) -> None:
    demo = Path(__file__).resolve().parents[2] / "src" / "clsbench" / "demo"
    files = sorted(demo.rglob("*.png"))[:50]
    (tmp_path / "list.txt").write_text("".join(f"{file.relative_to(demo)}\n" for file in files))
    own = [f"calibration.root={demo}", f"calibration.list={tmp_path}/list.txt", "calibration.images=40"]
    ended = clsbench("precision=int8", *own)
    assert ended.code == 0, ended.said
    assert ended.run.data.metrics["images"] == 382
    assert "40 of the calibration images are evaluated as well" in ended.said
    assert ended.run.data.params["calibration"] == "minmax, 40 images of list:list"


@pytest.mark.parametrize(
    ("overrides", "words"),
    [
        (["precision=int8", "limit=100"], ["calibration.images=300", "100 images", "none would be left"]),
        (["precision=int8", "calibration.images=0"], ["calibration.images=0"]),
        (["precision=int8", "calibration.method=kl"], ["calibration.method=kl", "minmax"]),
        (["precision=int8", "calibration.root=/"], ["calibration.list is not set"]),
        (["precision=int8", "quantisation.exclude=[conv99]"], ["conv99", "no such layer; nearest: conv"]),
        (["precision=int4"], ["precision=int4", "int8"]),
        (["precision=int8", "engine=opencv"], ["engine=opencv", "fp32 only"]),
    ],
)
def test_what_cannot_be_quantised_is_one_clear_error(clsbench: Cli, overrides: list[str], words: list[str]) -> None:
    ended = clsbench(*overrides)
    assert ended.code == 1
    for word in words:
        assert word in ended.said
    assert "Traceback" not in ended.said


def test_a_plan_finds_the_result_of_an_earlier_run(clsbench: Cli) -> None:
    own = ["precision=int8", "calibration.images=20", "limit=60"]
    assert clsbench(*own).code == 0
    planned = clsbench("task=plan", *own)
    assert planned.code == 0, planned.said
    assert "1 cell, 1 of them finished before" in planned.said


def test_a_timing_needs_no_images_to_be_in_int8(clsbench: Cli) -> None:
    ended = clsbench(
        *("task=time", "precision=int8", "timing.iterations=3", "timing.warmup=1", "timing.layer_iterations=2")
    )
    assert ended.code == 0, ended.said
    assert ended.run.data.params["precision"] == "int8"
    assert ended.run.data.metrics["forward_ms_p50"] > 0
    assert ended.run.data.params["calibration"] == "minmax, noise"


def test_a_quantised_file_of_the_users_runs_as_it_is(clsbench: Cli, tmp_path: Path) -> None:
    clsbench("precision=int8", "calibration.images=50", f"paths.cache={tmp_path}/cache")
    (made,) = (tmp_path / "cache").glob("*-int8.onnx")
    ended = clsbench(
        f"model.onnx={made}", "model.label_order=null", "precision=int8", "preprocessing=digits", "dataset=digits"
    )
    assert ended.code == 0, ended.said
    latest = ended.runs[0]
    assert latest.data.metrics["images"] == 382
    assert "calibration" not in latest.data.params


def test_an_engine_that_is_given_a_network_in_fp32_does_not_call_it_int8(clsbench: Cli, tmp_path: Path) -> None:
    from clsbench.engines.onnxruntime import OnnxRuntime
    from clsbench.errors import EngineError
    from clsbench.model.onnx_facts import read_onnx_facts
    from clsbench.model.onnx_model import OnnxModel

    path = OnnxClassifier().written(tmp_path / "net.onnx")
    onnx.checker.check_model(str(path))
    engine = OnnxRuntime("cpu", "int8", None, None, None, "auto")
    network = OnnxModel("net", path, read_onnx_facts(path, None), (8, 8), 60.0)
    with pytest.raises(EngineError, match="is not quantised"), engine.open(network):
        pass


@pytest.mark.shared
def test_squeezenet_in_int8_is_as_good_to_a_few_images(clsbench: Cli, squeezenet: list[str], trained: None) -> None:
    ended = clsbench("-m", *squeezenet, "precision=fp32,int8", "calibration.images=100", "calibration.method=minmax")
    assert ended.code == 0, ended.said
    by_precision = {run.data.params["precision"]: run for run in ended.runs}
    folders = {key: Path(run.info.artifact_uri.removeprefix("file://")) for key, run in by_precision.items()}
    rows = {key: pq.read_table(folder / "predictions.parquet").to_pylist() for key, folder in folders.items()}
    fp32 = {row["image"]: row["top5"][0] == row["label"] for row in rows["fp32"]}
    right = [(row["top5"][0] == row["label"], fp32[row["image"]]) for row in rows["int8"]]
    assert len(right) == 200
    assert abs(sum(int8 for int8, _ in right) - sum(exact for _, exact in right)) <= 8
    assert 1.2 < by_precision["int8"].data.metrics["network_mib"] < 1.5
