"""A training file's data layer says how images are prepared, unless the command line does."""

from pathlib import Path

import numpy as np
import pytest
from command_line import Cli
from datums import datum, written_lmdb

from clsbench import config

DEMO = Path(config.__file__).parent / "demo"
OWN = ["model.label_order=null", "dataset=digits", "base_size=32"]


@pytest.fixture
def train_val(tmp_path: Path) -> Path:
    """The demo's network as it would be trained: a data layer in front, a loss and an accuracy behind."""
    head, _, rest = (DEMO / "digits.prototxt").read_text().partition("layer {")
    _, _, layers = rest.partition("layer {")
    layers = layers[: layers.rindex("layer {")]
    data = """
        layer { name: "data" type: "Data" top: "data" top: "label" include { phase: TEST }
          transform_param { crop_size: 28 mean_value: 78 scale: 0.01041666667 } data_param { source: "digits_lmdb" } }
    """
    ends = """
        layer { name: "accuracy" type: "Accuracy" bottom: "ip2" bottom: "label" top: "accuracy" }
        layer { name: "loss" type: "SoftmaxWithLoss" bottom: "ip2" bottom: "label" top: "loss" }
    """
    path = tmp_path / "train_val.prototxt"
    path.write_text(head + data + "layer {" + layers + ends)
    return path


def test_a_training_file_is_evaluated_with_its_own_mean_and_scale(clsbench: Cli, train_val: Path) -> None:
    ended = clsbench(f"model.prototxt={train_val}", f"model.weights={DEMO}/digits.caffemodel", *OWN)
    assert ended.code == 0, ended.said
    assert ended.run.data.metrics["top1_error"] == pytest.approx(100 * 7 / 382)  # the demo's own, by its README
    assert ended.run.data.params["preprocessing"] == "prototxt"
    assert ended.run.data.params["crop_size"] == "28"


def test_the_command_line_wins(clsbench: Cli, train_val: Path) -> None:
    given = [f"model.prototxt={train_val}", f"model.weights={DEMO}/digits.caffemodel", *OWN]
    ended = clsbench(*given, "preprocessing.mean=[250,250,250]", "preprocessing.std=[1,1,1]", "limit=50")
    assert ended.code == 0, ended.said
    assert "- 250" in ended.artifact("config.yaml").read_text()
    assert ended.run.data.params["preprocessing"] != "prototxt"


def test_a_mean_file_that_is_not_there_is_named_with_the_cure(clsbench: Cli, train_val: Path) -> None:
    train_val.write_text(train_val.read_text().replace("mean_value: 78", 'mean_file: "mean.binaryproto"'))
    ended = clsbench(f"model.prototxt={train_val}", f"model.weights={DEMO}/digits.caffemodel", *OWN)
    assert ended.code == 1
    assert "mean_file mean.binaryproto is neither in the current folder nor beside the prototxt" in ended.said
    assert "preprocessing.mean=FILE" in ended.said
    assert "Traceback" not in ended.said


def test_a_mean_value_beside_a_mean_file_is_refused_as_caffe_does(clsbench: Cli, train_val: Path) -> None:
    train_val.write_text(train_val.read_text().replace("mean_value: 78", 'mean_value: 78 mean_file: "mean.npy"'))
    ended = clsbench(f"model.prototxt={train_val}", f"model.weights={DEMO}/digits.caffemodel", *OWN)
    assert ended.code == 1
    assert "keep one of them" in ended.said


def test_an_export_needs_no_mean_image(clsbench: Cli, train_val: Path, tmp_path: Path) -> None:
    train_val.write_text(train_val.read_text().replace("mean_value: 78", 'mean_file: "mean.binaryproto"'))
    own = [f"model.prototxt={train_val}", f"model.weights={DEMO}/digits.caffemodel", f"task.output={tmp_path}/out"]
    ended = clsbench("task=export", *own)
    assert ended.code == 0, ended.said
    assert list((tmp_path / "out").glob("*.onnx"))


@pytest.mark.parametrize("backend", ["", "backend: LEVELDB"])
def test_a_database_that_is_not_there_is_named_with_the_cure(clsbench: Cli, train_val: Path, backend: str) -> None:
    train_val.write_text(train_val.read_text().replace('source: "digits_lmdb"', f'source: "digits" {backend}'))
    ended = clsbench(f"model.prototxt={train_val}", f"model.weights={DEMO}/digits.caffemodel")
    assert ended.code == 1
    assert "source digits is neither in the current folder nor beside the prototxt; set dataset=leveldb" in ended.said


def test_images_that_are_not_there_are_named_with_the_cure(clsbench: Cli, train_val: Path) -> None:
    train_val.write_text(train_val.read_text().replace('"digits_lmdb"', '"digits_lmdb" backend: LMDB'))
    ended = clsbench(f"model.prototxt={train_val}", f"model.weights={DEMO}/digits.caffemodel")
    assert ended.code == 1
    assert "source digits_lmdb is neither in the current folder nor beside the prototxt" in ended.said
    assert "set dataset=lmdb dataset.root=PATH" in ended.said


def test_a_deploy_file_takes_its_preprocessing_from_a_training_file(clsbench: Cli, train_val: Path) -> None:
    own = [f"model.prototxt={DEMO}/digits.prototxt", f"model.weights={DEMO}/digits.caffemodel", *OWN]
    ended = clsbench(*own, "preprocessing=prototxt", f"preprocessing.file={train_val}")
    assert ended.code == 0, ended.said
    assert ended.run.data.metrics["top1_error"] == pytest.approx(100 * 7 / 382)
    assert ended.run.data.params["preprocessing"] == "prototxt"
    without = clsbench(*own, "preprocessing=prototxt")
    assert without.code == 1
    assert "its TEST net has no data layer; give a training file" in without.said


def test_an_export_takes_the_size_of_the_databases_first_image(clsbench: Cli, train_val: Path, tmp_path: Path) -> None:
    text = train_val.read_text().replace("crop_size: 28", "").replace('"digits_lmdb"', '"digits_lmdb" backend: LMDB')
    train_val.write_text(text)
    own = [f"model.prototxt={train_val}", f"model.weights={DEMO}/digits.caffemodel", f"task.output={tmp_path}/out"]
    without = clsbench("task=export", *own)
    assert without.code == 1
    assert "add transform_param { crop_size: ... }" in without.said
    assert "source digits_lmdb is neither in the current folder nor beside the prototxt" in without.said
    written_lmdb(train_val.parent / "digits_lmdb", [datum(np.zeros((28, 28, 3), np.uint8), 0)])
    ended = clsbench("task=export", *own)
    assert ended.code == 0, ended.said
    assert ended.run.data.params["crop_size"] == "28"
