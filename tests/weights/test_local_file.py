"""A file that the user has is known by its checksum, by the user's word, or not at all."""

import hashlib
from pathlib import Path

import numpy as np
import pytest

from clsbench.caffe.net import Net
from clsbench.config import CONF
from clsbench.errors import WeightsError
from clsbench.weights.local_file import local_file
from clsbench.weights.mapping import source_shapes
from clsbench.weights.mappings import mapping_of
from clsbench.weights.source import Source
from clsbench.zoo.catalogue import generated, read_catalogue


def net_of(name: str) -> Net:
    return generated(read_catalogue(CONF / "model")[name])


@pytest.fixture
def net() -> Net:
    return net_of("resnet18-priv")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "mine.pth").write_bytes(b"tensors")
    return tmp_path / "mine.pth"


def test_a_file_known_by_its_checksum_is_the_librarys(net: Net, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    digits = hashlib.sha256(path.read_bytes()).hexdigest()[:8]
    known = Source(net.name, "timm", "known", f"https://there/known-{digits}.pth", "MIT", "same", "known")
    monkeypatch.setattr("clsbench.weights.local_file.sources_of", lambda _: (known,))
    assert local_file(net, path, {}, None).source is known
    assert local_file(net, path, {}, "timm").source is known


def test_the_users_word_is_taken_and_said(net: Net, path: Path) -> None:
    found = local_file(net, path, {}, "torchvision")
    assert found.title == "torchvision resnet18"
    assert found.source.evidence.endswith("the user says that the file is torchvision resnet18")


def test_of_a_file_that_nothing_is_known_of_only_the_architecture_is_the_same(path: Path) -> None:
    vgg = net_of("vgg13-pytorch")
    for library in ("timm", "torchvision"):
        shapes = source_shapes(vgg, mapping_of(vgg.name, library))
        tensors = {name: np.broadcast_to(np.float32(0), shape) for name, shape in shapes.items()}
        found = local_file(vgg, path, tensors, None)
        assert (found.source.library, found.source.relation) == (library, "architecture")
        assert found.title == "mine.pth"


@pytest.mark.parametrize(("name", "reason"), [("resnet50", "halve the image in the 3x3"), ("air101", "no library has")])
def test_a_network_without_a_source_says_why(path: Path, name: str, reason: str) -> None:
    with pytest.raises(WeightsError, match=reason):
        local_file(net_of(name), path, {}, None)
