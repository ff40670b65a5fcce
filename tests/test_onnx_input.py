"""model.onnx=FILE: a user's own ONNX classifier, evaluated like a Caffe network."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from command_line import Cli
from onnx import TensorProto
from onnx_classifiers import OnnxClassifier
from squeezenet_errors import Errors

DIGITS = ["model=digits", "limit=20"]


@pytest.mark.shared
def test_our_own_export_has_the_errors_of_the_caffe_files(
    clsbench: Cli, squeezenet: list[str], errors_by_crop: Callable[[str], Errors], tmp_path: Path
) -> None:
    expected = errors_by_crop("single")
    exported = clsbench("task=export", *squeezenet, f"task.output={tmp_path}", "tracking=none")
    assert exported.code == 0, exported.said
    data = [each for each in squeezenet if not each.startswith("model") and not each.startswith("crop_size")]
    ended = clsbench(f"model.onnx={tmp_path}/squeezenet_v1.0-227.onnx", *data)
    assert ended.code == 0, ended.said
    run = ended.run
    assert run.data.metrics["top1_error"] == pytest.approx(expected.top1, abs=5e-4)
    assert run.data.metrics["top5_error"] == pytest.approx(expected.top5, abs=5e-4)
    assert run.data.params["model"] == "squeezenet_v1.0-227"
    assert run.data.params["weights"] == "squeezenet_v1.0-227.onnx"
    assert run.data.params["crop_size"] == "227"
    assert not ended.artifact("network.prototxt").exists()
    assert ended.artifact("predictions.parquet").is_file()


def test_a_file_with_a_batch_of_one_gets_one_view_a_forward(clsbench: Cli, tmp_path: Path) -> None:
    path = OnnxClassifier(input=(1, 3, 28, 28), output=(1, 10)).written(tmp_path / "net.onnx")
    ended = clsbench(*DIGITS, f"model.onnx={path}")
    assert ended.code == 0, ended.said
    assert ended.run.data.metrics["forwards"] == 20
    assert ended.run.data.params["batch_size"] == "1"


def test_a_file_for_any_size_takes_the_crop_size_that_is_given(clsbench: Cli, tmp_path: Path) -> None:
    path = OnnxClassifier(input=("batch", 3, "height", "width")).written(tmp_path / "net.onnx")
    data = ["dataset=digits", "preprocessing=digits", "model.label_order=null", "limit=5", "tracking=none"]
    unknown = clsbench(f"model.onnx={path}", *data)
    assert unknown.code == 1
    assert "give crop_size" in unknown.said
    ended = clsbench(f"model.onnx={path}", *data, "crop_size=30", "base_size=32")
    assert ended.code == 0, ended.said


def test_scores_without_softmax_are_used_as_they_are_and_said(clsbench: Cli, tmp_path: Path) -> None:
    path = OnnxClassifier(input=("batch", 3, 28, 28), softmax=False).written(tmp_path / "net.onnx")
    ended = clsbench(*DIGITS, f"model.onnx={path}")
    assert ended.code == 0, ended.said
    assert "not a Softmax" in ended.run.data.tags["notes"]


def test_red_green_blue_is_another_input_and_another_fingerprint(clsbench: Cli, tmp_path: Path) -> None:
    path = OnnxClassifier(input=("batch", 3, 28, 28)).written(tmp_path / "net.onnx")
    ended = clsbench("-m", *DIGITS, f"model.onnx={path}", "model.channel_order=bgr,rgb,gbr")
    assert ended.code == 1
    assert "model.channel_order=gbr: choose bgr" in ended.said
    assert len({run.data.tags["fingerprint"] for run in ended.runs}) == 2


@pytest.mark.parametrize(
    ("file", "overrides", "words"),
    [
        ({}, ["crop_size=32"], ["28 x 28", "not of 32 x 32", "crop_size=28"]),
        ({}, ["engine=caffe"], ["engine=caffe", "does not read ONNX"]),
        ({}, ["task=export"], ["task=export", "Caffe's files"]),
        ({}, ["model.weights=net.caffemodel"], ["model.weights=net.caffemodel", "clsbench agree"]),
        ({"input_type": TensorProto.INT64}, [], ["int64", "float32"]),
    ],
)
def test_what_cannot_be_evaluated_is_one_clear_error(
    clsbench: Cli, tmp_path: Path, file: dict[str, object], overrides: list[str], words: list[str]
) -> None:
    sound = OnnxClassifier(input=("batch", 3, 28, 28))
    path = replace(sound, **file).written(tmp_path / "net.onnx")  # type: ignore[arg-type]
    ended = clsbench(*DIGITS, "tracking=none", f"model.onnx={path}", *overrides)
    assert ended.code == 1
    for word in words:
        assert word in ended.said
    assert "Traceback" not in ended.said
