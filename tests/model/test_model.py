"""A model gives each engine the file that it reads, made once and named by content."""

from pathlib import Path

import numpy as np
import onnx
import pytest

from clsbench.caffe.caffemodel import read_caffemodel, write_caffemodel
from clsbench.caffe.net import Layer, Net
from clsbench.caffe.random_weights import with_random_weights
from clsbench.caffe.sizes import with_input_size
from clsbench.errors import NetError, WeightsError
from clsbench.model.file_cache import FileCache
from clsbench.model.model import Model

BODY = (
    Layer("conv", "Convolution", ("data",), ("conv",), {"num_output": 4, "kernel_size": (3,)}),
    Layer("pool", "Pooling", ("conv",), ("pool",), {"pool": "AVE", "global_pooling": True}),
    Layer("fc", "InnerProduct", ("pool",), ("fc",), {"num_output": 7}),
    Layer("prob", "Softmax", ("fc",), ("prob",)),
)
SIDE = (
    Layer("side/fc", "InnerProduct", ("conv",), ("side/fc",), {"num_output": 7}),
    Layer("side/prob", "Softmax", ("side/fc",), ("side/prob",)),
)
NET = Net("small", {"data": (1, 3, 12, 12)}, BODY)
WHOLE = Net("small", {"data": (1, 3, 12, 12)}, (BODY[0], *SIDE, *BODY[1:]))


def _model(tmp_path: Path, net: Net = NET, weights: Path | None = None, published: Net | None = None) -> Model:
    return Model("small", net, weights, FileCache(tmp_path / "cache", 2**30), published)


def test_a_model_says_what_it_takes_and_gives(tmp_path: Path) -> None:
    model = _model(tmp_path)
    assert (model.input_shape, model.output, model.classes) == ((3, 12, 12), "prob", 7)
    assert model.parameters == 4 * 3 * 9 + 4 + 7 * 4 + 7


def test_files_are_made_once_and_named_by_content(tmp_path: Path) -> None:
    model, again = _model(tmp_path), _model(tmp_path)
    assert model.onnx() == again.onnx()
    assert model.prototxt() == again.prototxt()
    onnx.checker.check_model(str(model.onnx()))
    larger = _model(tmp_path, with_input_size(NET, 14))
    assert larger.onnx() != model.onnx()
    assert larger.network_sha256 != model.network_sha256


def test_random_weights_are_written_for_caffe_and_are_the_same_everywhere(tmp_path: Path) -> None:
    model = _model(tmp_path)
    written = read_caffemodel(model.caffemodel())
    for layer in with_random_weights(NET, 0).layers:
        for blob, other in zip(layer.blobs, written.get(layer.name, ()), strict=True):
            np.testing.assert_array_equal(blob, other)
    assert model.weights_sha256.startswith("random:")


def test_the_users_own_caffemodel_is_what_caffe_reads(tmp_path: Path) -> None:
    file = tmp_path / "own.caffemodel"
    write_caffemodel(with_random_weights(NET, 3), file)
    model = _model(tmp_path, weights=file)
    assert model.caffemodel() == file
    assert len(model.weights_sha256) == 64
    model.check()


def test_a_net_that_was_cut_takes_its_weights_from_the_whole_one(tmp_path: Path) -> None:
    file = tmp_path / "whole.caffemodel"
    write_caffemodel(with_random_weights(WHOLE, 3), file)
    weighted = _model(tmp_path, weights=file, published=WHOLE).weighted
    assert [layer.name for layer in weighted.layers] == ["conv", "pool", "fc", "prob"]
    with pytest.raises(WeightsError, match="side/fc"):
        _model(tmp_path, weights=file).check()


def test_a_net_that_is_no_classifier_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NetError, match=r"\(batch, class\)"):
        _model(tmp_path, Net("map", NET.inputs, BODY[:1])).check()


def test_a_layer_that_was_added_behind_the_published_net_has_no_weights_of_its_own(tmp_path: Path) -> None:
    dense = Net(
        "small", {"data": (1, 3, 12, 12)}, (*BODY, Layer("mean", "Reduction", ("prob",), ("mean",), {"axis": 1}))
    )
    write_caffemodel(with_random_weights(NET, 3), tmp_path / "published.caffemodel")
    weighted = _model(tmp_path, dense, tmp_path / "published.caffemodel", NET).weighted
    assert [bool(layer.blobs) for layer in weighted.layers] == [True, False, True, False, False]
