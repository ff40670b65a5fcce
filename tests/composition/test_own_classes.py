"""A network of your own with other classes than ImageNet's needs no word about label orders."""

from pathlib import Path

import pytest
from command_line import Cli, Ended

from clsbench import config

DEMO = Path(config.__file__).parent / "demo"
NETWORK = [f"model.prototxt={DEMO}/digits.prototxt", f"model.weights={DEMO}/digits.caffemodel"]
IMAGES = ["preprocessing.mean=78", "preprocessing.std=96", "crop_size=28", "base_size=32"]
FOLDERS = ["dataset=folder", f"dataset.root={DEMO}/images"]


def _error(ended: Ended) -> float:
    assert ended.code == 0, ended.said
    return float(ended.run.data.metrics["top1_error"])


def _listed(folder: Path) -> list[str]:
    images = sorted((DEMO / "images").glob("*/*.png"))
    listed = folder / "list.txt"
    listed.write_text("".join(f"{path.relative_to(DEMO / 'images')} {path.parent.name}\n" for path in images))
    return ["dataset=list", f"dataset.root={DEMO}/images", f"dataset.list={listed}"]


def test_folders_of_ten_classes_are_evaluated(clsbench: Cli) -> None:
    ended = clsbench(*NETWORK, *IMAGES, *FOLDERS)
    assert _error(ended) == pytest.approx(100 * 7 / 382)  # the demo's own, by its README
    assert "label_order: null" in ended.artifact("config.yaml").read_text()
    assert "10 classes: not ImageNet's" in ended.artifact("clsbench.log").read_text()


def test_a_list_has_the_networks_own_class_indices(clsbench: Cli, tmp_path: Path) -> None:
    lists = _listed(tmp_path)
    ended = clsbench(*NETWORK, *IMAGES, *lists)
    assert _error(ended) == pytest.approx(100 * 7 / 382)
    # The same evaluation as with both orders said, so that neither is done twice.
    assert "skipped" in clsbench(*NETWORK, *IMAGES, *lists, "model.label_order=null", "dataset.label_order=null").said


def test_an_onnx_file_counts_its_classes_as_well(clsbench: Cli, tmp_path: Path) -> None:
    assert clsbench("task=export", "tracking=none", *NETWORK, f"task.output={tmp_path}/exported").code == 0
    ended = clsbench(f"model.onnx={tmp_path}/exported/digits-28.onnx", *IMAGES, *FOLDERS)
    assert _error(ended) == pytest.approx(100 * 7 / 382)


def test_an_order_that_is_asked_for_is_refused_with_the_cure(clsbench: Cli) -> None:
    ended = clsbench(*NETWORK, *IMAGES, *FOLDERS, "model.label_order=ilsvrc2015")
    assert ended.code == 1
    assert "1000 classes have names, but the model has 10; give" in ended.said
    assert "model.label_order=null dataset.label_order=null" in ended.said


def test_a_network_with_imagenets_number_of_classes_keeps_its_order(clsbench: Cli, tmp_path: Path) -> None:
    prototxt = tmp_path / "thousand.prototxt"
    prototxt.write_text((DEMO / "digits.prototxt").read_text().replace("num_output: 10 ", "num_output: 1000 "))
    assert "num_output: 1000" in prototxt.read_text()
    ended = clsbench(f"model.prototxt={prototxt}", "model.weights=random", *IMAGES, *_listed(tmp_path))
    assert ended.code == 0, ended.said
    assert "label_order: ilsvrc2012" in ended.artifact("config.yaml").read_text()
