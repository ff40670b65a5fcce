"""python -m clsbench.agree as a user runs it: the same scores on several engines, or not."""

import csv
import shutil
from pathlib import Path

import pytest
from command_line import Cli, Ended
from onnx_classifiers import OnnxClassifier, with_scaled_weights

from clsbench.config import CONF

DEMO = CONF.parent / "src" / "clsbench" / "demo"


def _rows(ended: Ended, name: str) -> list[dict[str, str]]:
    with ended.artifact(name).open() as file:
        return list(csv.DictReader(file))


@pytest.mark.pycaffe
def test_without_overrides_the_demo_agrees_with_real_caffe(agree: Cli, caffe_python: Path) -> None:
    ended = agree()
    assert ended.code == 0, ended.said
    run = ended.run
    assert run.info.status == "FINISHED"
    assert run.data.tags["task"] == "agree"
    assert run.data.tags["reference"] == "caffe"
    assert run.data.tags["agrees"] == "true"
    assert run.data.metrics["images"] == 382
    assert run.data.metrics["top1_flips_onnxruntime"] == 0
    assert 0 < run.data.metrics["mean_abs_diff_onnxruntime"] < run.data.metrics["max_abs_diff_onnxruntime"] < 1e-5
    (row,) = _rows(ended, "agreement.csv")
    assert (row["engine"], row["reference"], row["agrees"]) == ("onnxruntime", "caffe", "True")
    assert _rows(ended, "flips.csv") == []
    assert ended.artifact("network.prototxt").is_file()
    assert ended.artifact("environment.json").is_file()


@pytest.mark.pycaffe
def test_random_images_need_no_dataset_and_no_weights(agree: Cli, caffe_python: Path, tmp_path: Path) -> None:
    ended = agree("model=resnet10-1x32d", f"paths.weights={tmp_path}", "images=random", "limit=2")
    assert ended.code == 0, ended.said
    assert "random weights" in ended.said
    run = ended.run
    assert run.data.tags["images"] == "random"
    assert run.data.metrics["images"] == 2
    assert run.data.metrics["max_abs_diff_onnxruntime"] < 1e-3
    assert run.inputs is None or not run.inputs.dataset_inputs


@pytest.mark.shared
@pytest.mark.pycaffe
def test_a_sound_conversion_of_squeezenet_agrees_and_a_changed_one_is_caught(
    agree: Cli, clsbench: Cli, squeezenet: list[str], caffe_python: Path, tmp_path: Path
) -> None:
    exported = clsbench("task=export", *squeezenet, f"task.output={tmp_path}", "tracking=none")
    assert exported.code == 0, exported.said
    sound = tmp_path / "squeezenet_v1.0-227.onnx"
    wrong = with_scaled_weights(sound, tmp_path / "wrong.onnx", 1.05)

    ended = agree(*squeezenet, "limit=5", "crop=multi12", f"onnx={sound}")
    assert ended.code == 0, ended.said
    assert ended.run.data.metrics["top1_flips_onnx"] == 0
    assert ended.run.data.metrics["max_abs_diff_onnx"] < 1e-4

    caught = agree(*squeezenet, "limit=5", "engines=caffe", f"onnx={wrong}")
    assert caught.code == 1
    assert "not the same scores as caffe" in caught.said
    assert "onnx differs by up to" in caught.said
    assert "Traceback" not in caught.said
    run = caught.runs[0]
    assert run.info.status == "FINISHED"
    assert run.data.tags["agrees"] == "false"
    assert run.data.metrics["max_abs_diff_onnx"] > 1e-3


def test_a_conversion_with_other_winners_lists_them(agree: Cli, clsbench: Cli, tmp_path: Path) -> None:
    assert clsbench("task=export", f"task.output={tmp_path}", "tracking=none").code == 0
    wrong = with_scaled_weights(tmp_path / "digits-28.onnx", tmp_path / "wrong.onnx", -1)
    ended = agree("engines=onnxruntime", f"onnx={wrong}", "limit=40")
    assert ended.code == 1
    assert ended.run.data.tags["reference"] == "onnxruntime"
    flips = _rows(ended, "flips.csv")
    assert len(flips) == ended.run.data.metrics["top1_flips_onnx"] > 0
    assert all(float(flip["reference_margin"]) >= 0 for flip in flips)
    assert all(flip["reference_class"] != flip["engine_class"] for flip in flips)


def test_an_onnx_classifier_is_compared_on_engines_that_read_onnx(agree: Cli, tmp_path: Path) -> None:
    path = OnnxClassifier(input=(1, 3, 28, 28), output=(1, 10)).written(tmp_path / "net.onnx")
    ended = agree(f"model.onnx={path}", "images=random", "engines=onnxruntime,opencv")
    assert ended.code == 0, ended.said
    assert ended.run.data.metrics["images"] == 32
    assert ended.run.data.metrics["max_abs_diff_opencv"] < 1e-5


def test_images_that_cannot_be_read_are_left_out_and_said(agree: Cli, tmp_path: Path) -> None:
    shutil.copytree(DEMO / "images/8", tmp_path / "images/0")
    (tmp_path / "images/1").mkdir()
    (tmp_path / "images/1/b.png").write_bytes(b"no image")
    own = ["engines=onnxruntime,opencv", "dataset=folder", f"dataset.root={tmp_path}/images"]
    ended = agree(*own)
    assert ended.code == 0, ended.said
    assert "b.png" in ended.said
    assert (ended.run.data.metrics["images"], ended.run.data.metrics["images_bad"]) == (
        len(list((DEMO / "images/8").iterdir())),
        1,
    )


def test_one_image_of_which_the_network_is_certain_proves_nothing(agree: Cli, tmp_path: Path) -> None:
    (tmp_path / "images/0").mkdir(parents=True)
    shutil.copy(DEMO / "images/0/1415.png", tmp_path / "images/0")
    ended = agree("engines=onnxruntime,opencv", "dataset=folder", f"dataset.root={tmp_path}/images")
    assert ended.code == 1
    assert "saturated, no conclusion is possible" in ended.said
    assert ended.run.data.tags["agrees"] == "false"


@pytest.mark.parametrize(
    ("overrides", "words"),
    [
        (
            ["-m", "engines=[onnxruntime],[onnxruntime,onnxruntim],[opencv,opencv],[]"],
            [
                "at least two engines",
                "onnx=FILE",
                "onnxruntim: name",
                "caffe, command, onnxruntime",
                "opencv,opencv",
                "engines=:",
            ],
        ),
        (["-m", "tolerance=0,small"], ["tolerance=0:", "tolerance=small:"]),
        (["-m", "images=noise,dataset", "seed=-1"], ["images=noise", "random", "seed=-1"]),
        (["engines=onnxruntime", "onnx=none.onnx"], ["none.onnx", "no such ONNX file"]),
        (["engine=caffe", "engine.python=/nowhere/python"], ["/nowhere/python"]),
    ],
)
def test_a_wrong_choice_is_one_clear_error_before_anything_runs(
    agree: Cli, overrides: list[str], words: list[str]
) -> None:
    ended = agree(*overrides)
    assert ended.code == 1
    for word in words:
        assert word in ended.said
    assert "Traceback" not in ended.said
    assert not (ended.outputs / "mlflow.db").exists() or ended.runs == []


def test_a_conversion_of_another_network_is_refused(agree: Cli, tmp_path: Path) -> None:
    for file, words in (
        (OnnxClassifier(input=("batch", 3, 32, 32)), "not of 28 x 28"),
        (OnnxClassifier(input=("batch", 3, 28, 28), output=("batch", 10), extra_outputs=("other",)), "2 outputs"),
    ):
        path = file.written(tmp_path / "net.onnx")
        ended = agree("engines=onnxruntime", f"onnx={path}")
        assert ended.code == 1
        assert words in ended.said


def test_caffe_does_not_take_an_onnx_classifier(agree: Cli, tmp_path: Path) -> None:
    path = OnnxClassifier(input=("batch", 3, 28, 28)).written(tmp_path / "net.onnx")
    ended = agree(f"model.onnx={path}", "images=random")
    assert ended.code == 1
    assert "Caffe does not read ONNX" in ended.said
