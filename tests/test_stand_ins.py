"""What tests use where the shared photographs and SqueezeNet are absent: made here, whether or not they are absent."""

from pathlib import Path

import cv2
import pytest
from made_photographs import CLASSES, write_photographs
from squeezenet_text import deploy_text

from clsbench.caffe.prototxt import parse_prototxt, read_prototxt
from clsbench.data.label_order import ILSVRC2012, ILSVRC2015, wnids


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("stand_ins") / "imagenet_sample"
    write_photographs(folder)
    return folder


@pytest.mark.parametrize("order", [ILSVRC2012, ILSVRC2015])
def test_a_photograph_has_the_wnid_of_its_label_in_either_order(made: Path, order: str) -> None:
    lines = (made / f"val_{order}_order.txt").read_text().splitlines()
    assert len(lines) == len(set(CLASSES)) == len(list((made / "images").iterdir()))
    for line in lines:
        name, label = line.split(" ")
        assert name.startswith(wnids(order)[int(label)])


def test_photographs_differ_from_each_other_and_some_are_grey(made: Path) -> None:
    files = list((made / "images").iterdir())
    assert len({path.read_bytes() for path in files}) == len(files)
    pixels = [cv2.imread(str(path), cv2.IMREAD_UNCHANGED) for path in files]
    assert {image.ndim for image in pixels if image is not None} == {2, 3}


@pytest.mark.shared
def test_the_network_is_the_sample_networks(shared: Path) -> None:
    assert parse_prototxt(deploy_text(), "table") == read_prototxt(shared / "squeezenet" / "deploy.prototxt")
