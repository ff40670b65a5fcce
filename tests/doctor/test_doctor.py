"""clsbench doctor as a user runs it, on the demo's digits."""

import json
import random
from dataclasses import replace
from pathlib import Path

import numpy as np
from command_line import Cli, Ended

from clsbench.caffe.caffemodel import read_caffemodel
from clsbench.caffe.caffemodel_writer import write_caffemodel
from clsbench.caffe.prototxt import read_prototxt
from clsbench.caffe.weights import attach
from clsbench.config import CONF

DIGITS = CONF.parent / "src" / "clsbench" / "demo" / "images"


def _overrides(ended: Ended) -> list[str]:
    last = ended.said.rstrip().splitlines()[-1]
    assert last.startswith("overrides:"), ended.said
    return last.removeprefix("overrides:").split()


def _list(folder: Path, labels: list[int]) -> list[str]:
    """Overrides for the digits as a list, in which class N has the label ``labels[N]``."""
    images = sorted(DIGITS.glob("*/*.png"))
    lines = [f"{image.relative_to(DIGITS)} {labels[int(image.parent.name)]}\n" for image in images]
    (folder / "list.txt").write_text("".join(lines))
    return ["dataset=list", f"dataset.root={DIGITS}", f"dataset.list={folder}/list.txt", "dataset.label_order=null"]


def test_the_demos_settings_are_right(doctor: Cli) -> None:
    ended = doctor()
    assert ended.code == 0, ended.said
    assert "No better settings found." in ended.said
    assert _overrides(ended) == []
    run = ended.run
    assert run.info.status == "FINISHED"
    assert run.data.tags["task"] == "doctor"
    assert run.data.metrics["images"] == 200
    assert run.data.metrics["given_top1_accuracy"] == run.data.metrics["best_top1_accuracy"] > 95
    told = json.loads(ended.artifact("doctor.json").read_text())
    assert set(told) >= {"given", "best", "overrides", "factors"}
    assert told["overrides"] == []
    assert not any(factor["found"] for factor in told["factors"])
    assert ended.artifact("hypotheses.csv").is_file()
    assert ended.artifact("plots/hypotheses.png").is_file()


def test_the_overrides_put_behind_the_command_make_it_right(doctor: Cli, clsbench: Cli) -> None:
    wrong = ["preprocessing=digits", "preprocessing.mean=5000", "preprocessing.scale=0.01"]
    before = clsbench(*wrong, "tracking=none")
    assert "clsbench doctor preprocessing=digits preprocessing.mean=5000" in before.said
    ended = doctor(*wrong)
    assert ended.code == 1, ended.said
    assert ended.run.info.status == "FINISHED"
    cure = _overrides(ended)
    told = json.loads(ended.artifact("doctor.json").read_text())
    assert told["overrides"] == cure
    assert told["given"]["top1_accuracy"] < 20
    after = clsbench(*wrong, *cure, "sample=200")
    assert after.code == 0, after.said
    accuracy = next(run for run in after.runs if run.data.tags["task"] == "evaluate").data.metrics["top1_accuracy"]
    assert accuracy == told["best"]["top1_accuracy"] > 80


def test_permuted_labels_are_recognised_and_matched(doctor: Cli, tmp_path: Path) -> None:
    labels = random.Random(5).sample(range(10), 10)  # a derangement
    ended = doctor(*_list(tmp_path, labels))
    assert ended.code == 1, ended.said
    assert "permutation of the classes" in ended.said
    rows = [line.split(",") for line in ended.artifact("permutation.csv").read_text().splitlines()[1:]]
    assert {int(row[0]): int(row[1]) for row in rows} == {labels[at]: at for at in range(10)}


def test_random_weights_are_helped_by_no_setting(doctor: Cli) -> None:
    ended = doctor("model.weights=random")
    assert ended.code == 0, ended.said
    assert "No setting helps: the weights are random" in ended.said
    assert _overrides(ended) == []


def test_weights_that_overflow_are_named_with_their_layer(doctor: Cli, tmp_path: Path) -> None:
    net = attach(
        read_prototxt(DIGITS.parent / "digits.prototxt"), read_caffemodel(DIGITS.parent / "digits.caffemodel"), ""
    )
    huge = {"conv2": np.float32(3e38)}  # a file with NaN is refused as damaged
    layers = tuple(
        replace(layer, blobs=tuple(np.full_like(blob, huge[layer.name]) for blob in layer.blobs))
        if layer.name in huge
        else layer
        for layer in net.layers
    )
    write_caffemodel(replace(net, layers=layers), tmp_path / "huge.caffemodel")
    ended = doctor(f"model.weights={tmp_path}/huge.caffemodel")
    assert ended.code == 0, ended.said
    assert "No setting helps:" in ended.said
    assert "scores are not finite" in ended.said
    assert "layer conv2" in ended.said
    assert "is not finite" in ended.said
    assert ended.artifact("layers.csv").is_file()


def test_settings_that_nothing_can_be_tried_with_are_an_error(doctor: Cli) -> None:
    ended = doctor("engine.provider=none")
    assert ended.code == 1
    assert "error:" in ended.said


def test_images_that_cannot_be_read_are_an_error(doctor: Cli, tmp_path: Path) -> None:
    for at in range(12):
        (tmp_path / f"{at}.png").write_bytes(b"no image")
    (tmp_path / "list.txt").write_text("".join(f"{at}.png {at % 10}\n" for at in range(12)))
    listed = [
        "dataset=list",
        f"dataset.root={tmp_path}",
        f"dataset.list={tmp_path}/list.txt",
        "dataset.label_order=null",
    ]
    ended = doctor(*listed)
    assert ended.code == 1
    assert "error: list:list: none of 12 images could be read" in ended.said


def test_a_training_file_keeps_its_images_beside_the_overrides(doctor: Cli, clsbench: Cli, tmp_path: Path) -> None:
    images = sorted(DIGITS.glob("*/*.png"))
    (tmp_path / "list.txt").write_text("".join(f"{image} {int(image.parent.name) + 1}\n" for image in images))
    deploy = (DIGITS.parent / "digits.prototxt").read_text()
    data_layer = """layer {
  name: "data" type: "ImageData" top: "data" top: "label"
  transform_param { mean_value: 78 mean_value: 78 mean_value: 78 scale: 0.0104166667 crop_size: 28 }
  image_data_param { source: "list.txt" new_height: 32 new_width: 32 batch_size: 10 }
}
"""
    before, _, after = deploy.partition("layer {")
    (tmp_path / "train_val.prototxt").write_text(before + data_layer + "layer {" + after.partition("layer {")[2])
    given = [f"model.prototxt={tmp_path}/train_val.prototxt", f"model.weights={DIGITS.parent}/digits.caffemodel"]
    ended = doctor(*given)
    assert ended.code == 1, ended.said
    assert "outside the model's classes 0..9" in ended.said
    cure = _overrides(ended)
    assert "dataset.first_label=1" in cure
    evaluated = clsbench(*given, *cure)
    assert evaluated.code == 0, evaluated.said
    assert next(run for run in evaluated.runs if run.data.tags["task"] == "evaluate").data.metrics["images"] == 382
    assert "1.832" in evaluated.said  # the demo's own error
