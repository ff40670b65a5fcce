"""A file of tensors becomes a caffemodel with its sidecar, or nothing at all; and back."""

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from safetensors.numpy import save_file

from clsbench.caffe.caffemodel import read_caffemodel
from clsbench.caffe.net import Net
from clsbench.caffe.weights import attach
from clsbench.config import CONF
from clsbench.errors import WeightsError
from clsbench.weights.convert import SourceFile, check_place, converted, written_back
from clsbench.weights.local_file import local_file
from clsbench.weights.mapping import source_shapes
from clsbench.weights.mappings import mapping_of
from clsbench.weights.sidecar import read_sidecar, sidecar_path
from clsbench.weights.sources import source_of
from clsbench.weights.state_dict import read_state_dict
from clsbench.zoo.catalogue import generated, read_catalogue

Tensors = dict[str, NDArray[Any]]


def net_of(name: str) -> Net:
    return generated(read_catalogue(CONF / "model")[name])


def tensors_of(net: Net, library: str) -> Tensors:
    random = np.random.default_rng(0)
    shapes = source_shapes(net, mapping_of(net.name, library))
    return {name: random.random(shape, np.float32) for name, shape in shapes.items()}


@pytest.fixture(scope="module")
def net() -> Net:
    return net_of("resnet18-priv")


@pytest.fixture(scope="module")
def file(net: Net, tmp_path_factory: pytest.TempPathFactory) -> SourceFile:
    path = tmp_path_factory.mktemp("hub") / "model.safetensors"
    save_file(tensors_of(net, "timm"), path)
    source = source_of(net.name, "timm")
    return SourceFile(path, source, source.title, source.location, "c" * 40)


def test_the_caffemodel_fits_its_network_and_the_sidecar_says_all(net: Net, file: SourceFile, tmp_path: Path) -> None:
    output = tmp_path / "new" / "r.caffemodel"
    sidecar = converted(net, file, read_state_dict(file.path), output)
    attach(net, read_caffemodel(output), "r")
    assert read_sidecar(output) == sidecar
    assert (sidecar.source, sidecar.location) == ("timm resnet18.tv_in1k", "timm/resnet18.tv_in1k")
    assert (sidecar.licence, sidecar.revision) == ("bsd-3-clause", "c" * 40)
    assert sidecar.relation == "architecture"
    assert sidecar.source_sha256 == hashlib.sha256(file.path.read_bytes()).hexdigest()
    assert sidecar.images is not None
    assert sidecar.images.mean == [103.53, 116.28, 123.675]
    assert sidecar.images.label_order == "ilsvrc2012"
    assert {each.name for each in output.parent.iterdir()} == {"r.caffemodel", "r.caffemodel.json"}


def test_caffemodel_to_state_dict_to_caffemodel_is_bit_equal(net: Net, file: SourceFile, tmp_path: Path) -> None:
    first, back, second = tmp_path / "1.caffemodel", tmp_path / "b.safetensors", tmp_path / "2.caffemodel"
    converted(net, file, read_state_dict(file.path), first)
    written_back(net, first, "timm", back)
    original, returned = read_state_dict(file.path), read_state_dict(back)
    assert {name: each.tobytes() for name, each in original.items()} == {
        name: each.tobytes() for name, each in returned.items()
    }
    tensors = read_state_dict(back)
    converted(net, local_file(net, back, tensors, "timm"), tensors, second)
    assert first.read_bytes() == second.read_bytes()


def test_settings_and_differences_stand_in_the_sidecar(tmp_path: Path) -> None:
    for name, key in (("inception-v3", "network_settings"), ("xception", "differences")):
        other = net_of(name)
        path = tmp_path / f"{name}.safetensors"
        save_file(tensors_of(other, "timm"), path)
        source = source_of(name, "timm")
        given = SourceFile(path, source, source.title, source.location)
        sidecar = converted(other, given, read_state_dict(path), tmp_path / f"{name}.caffemodel")
        assert getattr(sidecar, key)


def test_where_a_tensor_does_not_fit_nothing_is_written(net: Net, file: SourceFile, nothing_in: Path) -> None:
    tensors = dict(read_state_dict(file.path))
    del tensors["fc.bias"]
    tensors["conv1.weight"] = np.full((64, 3, 7, 7), np.nan, np.float32)
    with pytest.raises(WeightsError, match=r"model.safetensors: 2 tensors are not as resnet18-priv's"):
        converted(net, file, tensors, nothing_in / "r.caffemodel")
    assert not list(nothing_in.iterdir())


def test_a_disk_that_is_not_there_is_an_error(net: Net, file: SourceFile, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(WeightsError, match="cannot write it"):
        converted(net, file, read_state_dict(file.path), tmp_path / "file" / "r.caffemodel")


def test_a_result_that_is_not_called_a_caffemodel_is_refused(net: Net, file: SourceFile, nothing_in: Path) -> None:
    with pytest.raises(WeightsError, match=r"give it a name that ends in \.caffemodel"):
        converted(net, file, {}, nothing_in / "r.pth")


def test_files_that_are_there_are_kept_unless_it_is_said(tmp_path: Path) -> None:
    output = tmp_path / "r.caffemodel"
    check_place(output, replace=False)
    sidecar_path(output).write_text("{}")
    with pytest.raises(WeightsError, match="--replace overwrites it"):
        check_place(output, replace=False)
    check_place(output, replace=True)
