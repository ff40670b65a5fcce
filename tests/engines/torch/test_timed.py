"""PyTorch's backward is Caffe's, and its nodes are Caffe's layers."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pycaffe_gradients
import pytest
import squeezenet_photographs
from numpy.typing import NDArray
from squeezenet_photographs import Photographs

from clsbench.caffe.caffemodel import write_caffemodel
from clsbench.caffe.net import Layer, Net, Value
from clsbench.caffe.prototxt_writer import prototxt_text
from clsbench.caffe.random_weights import with_random_weights
from clsbench.engines.torch.engine import Torch
from clsbench.errors import EngineError
from clsbench.onnx_export import export_onnx

photographs = squeezenet_photographs.photographs

Named = dict[str, NDArray[np.float32]]


@dataclass(frozen=True)
class _Network:
    folder: Path
    net: Net
    input_shape: tuple[int, int, int] = (4, 9, 8)
    output: str = "prob"
    classes: int = 5

    def onnx(self) -> Path:
        export_onnx(self.net, self.folder / "net.onnx")
        return self.folder / "net.onnx"

    def prototxt(self) -> Path:
        path = self.folder / "net.prototxt"
        path.write_text(prototxt_text(self.net))
        return path

    def caffemodel(self) -> Path:
        write_caffemodel(self.net, self.folder / "net.caffemodel")
        return self.folder / "net.caffemodel"


def _layer(name: str, kind: str, bottoms: str, top: str = "", **params: Value) -> Layer:
    return Layer(name, kind, tuple(bottoms.split()), (top or name,), params)


_PLAIN = (
    _layer("conv", "Convolution", "data", num_output=6, kernel_size=(3,), pad=(1,), group=2),
    _layer("relu", "ReLU", "conv", "conv"),
    _layer("norm", "LRN", "conv", local_size=3, alpha=0.5),
    _layer("pool", "Pooling", "norm", pool="MAX", kernel_size=3, stride=2),
    _layer("one", "Convolution", "pool", num_output=6, kernel_size=(1,)),
    _layer("both", "Eltwise", "one pool", coeff=(1.0, 0.5)),
    _layer("joined", "Concat", "both pool"),
    _layer("mean", "Pooling", "joined", pool="AVE", kernel_size=2, stride=2),
    _layer("fc", "InnerProduct", "mean", num_output=5),
    _layer("prob", "Softmax", "fc"),
)
_NORMALISED = (
    _layer("conv", "Convolution", "data", num_output=6, kernel_size=(3,), stride=(2,), bias_term=False),
    _layer("bn", "BatchNorm", "conv", "conv"),
    _layer("scale", "Scale", "conv", "conv", bias_term=True),
    _layer("relu", "ReLU", "conv", "conv"),
    _layer("fc", "InnerProduct", "conv", num_output=5),
    _layer("prob", "Softmax", "fc"),
)


@pytest.fixture
def network(tmp_path: Path) -> Callable[[tuple[Layer, ...]], _Network]:
    """Makes a network of layers, with random weights."""

    def make(layers: tuple[Layer, ...]) -> _Network:
        net = with_random_weights(Net("net", {"data": (1, 4, 9, 8)}, layers), 0)
        return _Network(tmp_path, net)

    return make


def _views(count: int) -> NDArray[np.float32]:
    return np.random.default_rng(count).standard_normal((count, 4, 9, 8)).astype(np.float32)


def _weight_gradients(graph: Any) -> Named:
    """By the names of the ONNX file; the module's own are numbered."""
    return {key.split(":", 1)[1]: value.grad.numpy() for key, value in graph.named_parameters()}


@pytest.mark.pycaffe
@pytest.mark.parametrize("channels_last", [False, True])
def test_all_gradients_are_those_of_pycaffe(
    torch: Torch, network: Any, caffe_python: Path, tmp_path: Path, *, channels_last: bool
) -> None:
    made, views = network(_PLAIN), _views(3)
    expected = pycaffe_gradients.gradients(caffe_python, made, views, tmp_path)
    with replace(torch, channels_last=channels_last).open_backward(made) as predictor:
        for _ in range(2):  # gradients of one call are not added to those of another
            predictor(views)
            predictor.backward()
        found = _weight_gradients(predictor.graph)
        np.testing.assert_allclose(predictor.images.grad.numpy(), expected["images"], rtol=1e-3, atol=1e-5)
    assert np.abs(expected["images"]).max() > 1e-3
    for layer in ("conv", "one", "fc"):
        for place, name in enumerate(("weight", "bias")):
            np.testing.assert_allclose(found.pop(f"{layer}/{name}"), expected[f"{layer}/{place}"], rtol=1e-3, atol=1e-5)
    assert not found


@pytest.mark.pycaffe
def test_with_a_batch_norm_in_the_convolution_the_gradient_of_the_images_is_still_pycaffes(
    torch: Torch, network: Any, caffe_python: Path, tmp_path: Path
) -> None:
    made, views = network(_NORMALISED), _views(2)
    expected = pycaffe_gradients.gradients(caffe_python, made, views, tmp_path)
    with torch.open_backward(made) as predictor:
        predictor(views)
        predictor.backward()
        np.testing.assert_allclose(predictor.images.grad.numpy(), expected["images"], rtol=1e-3, atol=1e-5)
        # the bias of the convolution that BatchNorm and Scale went into is Scale's
        bias = _weight_gradients(predictor.graph)["conv/bias"]
    np.testing.assert_allclose(bias, expected["scale/1"], rtol=1e-3, atol=1e-5)


@pytest.mark.pycaffe
@pytest.mark.shared
def test_the_gradient_of_photographs_is_pycaffes(
    torch: Torch, photographs: Photographs, caffe_python: Path, tmp_path: Path
) -> None:
    views = photographs.views[:2]
    expected = pycaffe_gradients.gradients(caffe_python, photographs.network, views, tmp_path)
    with torch.open_backward(photographs.network) as predictor:
        np.testing.assert_allclose(predictor(views), photographs.pycaffe[:2], atol=1e-4)
        predictor.backward()
        found = predictor.images.grad.numpy()
    # Where a Softmax is nearly sure, float32 leaves its gradient two digits.
    assert np.abs(found - expected["images"]).max() < 0.02 * np.abs(expected["images"]).max()


def test_scores_are_those_without_gradients(torch: Torch, small: Any) -> None:
    views = small.views(3)
    for opened in (torch.open_backward(small.network), torch.open_nested(small.network, backward=True)):
        with opened as predictor:
            np.testing.assert_allclose(predictor(views), small.scores(views), atol=1e-6)
            assert (predictor.description.streams, predictor.description.device) == (1, "cpu")


def test_a_second_backward_of_one_forward_is_an_error(torch: Torch, small: Any) -> None:
    with torch.open_backward(small.network) as predictor:
        predictor(small.views(1))
        predictor.backward()
        with pytest.raises(EngineError, match="a backward needs a forward of its own"):
            predictor.backward()


@pytest.mark.skipif(not shutil.which("g++"), reason="torch.compile needs a C++ compiler")
def test_a_compiled_network_has_the_same_gradients(torch: Torch, small: Any) -> None:
    images = []
    for compiled in (False, True):
        with replace(torch, compile=compiled).open_backward(small.network) as predictor:
            predictor(small.views(2))
            predictor.backward()
            images.append(predictor.images.grad.numpy())
    np.testing.assert_allclose(images[1], images[0], atol=1e-6)


def test_too_little_memory_for_the_gradients_is_an_error_that_says_what_to_do(torch: Torch, small: Any) -> None:
    def never(views: Any) -> Any:
        raise RuntimeError("DefaultCPUAllocator: can't allocate memory")

    with torch.open_backward(small.network) as predictor:
        predictor.run = never
        with pytest.raises(
            EngineError, match=r"too little memory .* of 4 views.*batch_size, or timing\.backward=false"
        ):
            predictor(small.views(4))


@pytest.mark.parametrize("backward", [True, False])
@pytest.mark.parametrize("precision", ["fp32", "bf16"])
def test_every_node_has_its_time_and_the_total_includes_them(
    torch: Torch, network: Any, precision: str, *, backward: bool
) -> None:
    with replace(torch, precision=precision).open_nested(network(_PLAIN), backward=backward) as predictor:
        predictor(_views(2))
        for _ in range(2):
            times = predictor.nested()
        assert {"conv", "relu", "pool", "fc", "prob"} <= {name for name, _ in predictor.layers}
        assert len(times.forward_layers) == len(predictor.layers)
        assert all(ms > 0 for ms in times.forward_layers)
        assert sum(times.forward_layers) <= times.forward_ms
        assert (times.backward_ms is not None) == backward
        if times.backward_layers is not None and times.backward_ms is not None:
            assert len(times.backward_layers) == len(predictor.layers)
            assert 0 < sum(times.backward_layers) <= times.backward_ms


def test_an_engine_that_is_opened_for_its_nodes_says_where_the_backward_is(torch: Torch, small: Any) -> None:
    with (
        torch.open_nested(small.network, backward=True) as predictor,
        pytest.raises(EngineError, match=r"nested\(\) runs both ways"),
    ):
        predictor.backward()
