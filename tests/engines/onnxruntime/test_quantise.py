"""Quantisation by ONNX Runtime: int8 weights, uint8 activations, the layers' names, and nearly the same scores."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from numpy.typing import NDArray
from onnx import ModelProto, TensorProto
from onnx_classifiers import OnnxClassifier
from small_views import SmallViews

from clsbench.caffe.net import Layer, Net
from clsbench.caffe.random_weights import with_random_weights
from clsbench.engines.onnx_file import is_quantised
from clsbench.engines.onnxruntime.quantise import quantise
from clsbench.engines.quantisation import METHODS, Quantisation
from clsbench.errors import ConfigError
from clsbench.onnx_export import export_onnx
from clsbench.zoo.fitting import fitted
from clsbench.zoo.resnet import resnet18

MINMAX = Quantisation("minmax", 99.999, (), exclude_first=False, exclude_last=False)
VIEWS = SmallViews(6, (3, 64, 64), 1.0)


@pytest.fixture(scope="module")
def fp32(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """ResNet-18 for views of 64 pixels, with random weights."""
    path = tmp_path_factory.mktemp("fp32") / "resnet18.onnx"
    export_onnx(with_random_weights(fitted(resnet18(), 64), 0, 1.0), path)
    return path


def _scores(path: Path, views: NDArray[np.float32]) -> NDArray[np.float32]:
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    (scores,) = session.run(None, {session.get_inputs()[0].name: views})
    return np.asarray(scores)


def _read(fp32: Path, folder: Path, quantisation: Quantisation) -> ModelProto:
    quantise(fp32, folder / "int8.onnx", VIEWS, quantisation)
    return onnx.load(folder / "int8.onnx")


def _in_int8(model: ModelProto) -> set[str]:
    """The nodes whose weights are int8."""
    weights = {tensor.name for tensor in model.graph.initializer if tensor.data_type == TensorProto.INT8}
    given = {
        node.output[0] for node in model.graph.node if node.op_type == "DequantizeLinear" and node.input[0] in weights
    }
    return {node.name for node in model.graph.node if len(node.input) > 1 and node.input[1] in given}


@pytest.mark.parametrize("method", METHODS)
def test_the_scores_are_nearly_those_in_fp32_and_the_file_a_quarter(fp32: Path, tmp_path: Path, method: str) -> None:
    target = tmp_path / "int8.onnx"
    quantise(fp32, target, VIEWS, replace(MINMAX, method=method))
    exact, rounded = _scores(fp32, VIEWS.all()), _scores(target, VIEWS.all())
    assert rounded.shape == exact.shape
    assert not np.array_equal(rounded, exact)
    assert np.corrcoef(np.log(exact).ravel(), np.log(rounded).ravel())[0, 1] > 0.98
    assert target.stat().st_size < 0.3 * fp32.stat().st_size
    assert [file.name for file in tmp_path.iterdir()] == ["int8.onnx"]


def test_every_node_keeps_its_name_and_every_layer_has_a_scale_for_each_channel(fp32: Path, tmp_path: Path) -> None:
    before, after = onnx.load(fp32), _read(fp32, tmp_path, MINMAX)
    assert {node.name for node in before.graph.node} <= {node.name for node in after.graph.node}
    with_weights = {node.name for node in before.graph.node if node.op_type in ("Conv", "Gemm")}
    assert len(with_weights) == 21
    assert _in_int8(after) == with_weights
    tensors = {tensor.name: tensor for tensor in after.graph.initializer}
    scales = {
        node.input[0]: tensors[node.input[1]]
        for node in after.graph.node
        if node.op_type == "DequantizeLinear" and node.input[0] in tensors
    }
    for name, scale in scales.items():
        if tensors[name].data_type == TensorProto.INT8 and len(tensors[name].dims) == 4:
            assert list(scale.dims) == [tensors[name].dims[0]]
    assert is_quantised(tmp_path / "int8.onnx")
    assert not is_quantised(fp32)


def test_the_softmax_stays_in_fp32(fp32: Path, tmp_path: Path) -> None:
    after = _read(fp32, tmp_path, MINMAX)
    (softmax,) = (node for node in after.graph.node if node.op_type == "Softmax")
    assert softmax.output[0] == after.graph.output[0].name


def test_excluded_layers_keep_their_weights(fp32: Path, tmp_path: Path) -> None:
    weighted = [node.name for node in onnx.load(fp32).graph.node if node.op_type in ("Conv", "Gemm")]
    after = _read(fp32, tmp_path, replace(MINMAX, exclude=(weighted[3],), exclude_first=True, exclude_last=True))
    assert set(weighted) - _in_int8(after) == {weighted[0], weighted[3], weighted[-1]}


def test_a_name_excludes_all_that_lie_below_it(tmp_path: Path) -> None:
    layers = (
        Layer("block/one", "Convolution", ("data",), ("one",), {"num_output": 4, "kernel_size": (3,)}),
        Layer("block/two", "Convolution", ("one",), ("two",), {"num_output": 4, "kernel_size": (3,)}),
        Layer("last", "Convolution", ("two",), ("last",), {"num_output": 4, "kernel_size": (3,)}),
    )
    export_onnx(with_random_weights(Net("small", {"data": (1, 3, 8, 8)}, layers), 0, 1.0), tmp_path / "fp32.onnx")
    quantise(tmp_path / "fp32.onnx", tmp_path / "int8.onnx", SmallViews(), replace(MINMAX, exclude=("block",)))
    assert _in_int8(onnx.load(tmp_path / "int8.onnx")) == {"last"}


def test_an_excluded_layer_that_is_none_is_named(fp32: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"quantisation.exclude=conv99: .* no such layer; it has conv1, "):
        _read(fp32, tmp_path, replace(MINMAX, exclude=("conv99",)))
    assert not list(tmp_path.iterdir())


def test_nodes_without_names_are_quantised_too(tmp_path: Path) -> None:
    source = OnnxClassifier().written(tmp_path / "fp32.onnx")
    quantise(source, tmp_path / "int8.onnx", SmallViews(rms=60.0), MINMAX)
    views = SmallViews(rms=60.0).all()
    np.testing.assert_allclose(_scores(tmp_path / "int8.onnx", views), _scores(source, views), atol=0.01)
    assert is_quantised(tmp_path / "int8.onnx")


def test_the_ranges_are_those_of_all_views_not_of_the_last(tmp_path: Path) -> None:
    source = OnnxClassifier().written(tmp_path / "fp32.onnx")

    class Fading(SmallViews):
        def __iter__(self):  # type: ignore[no-untyped-def]
            yield from (np.full((1, 3, 8, 8), value, np.float32) for value in (255.0, -255.0, 1.0, 0.5))

        def __len__(self) -> int:
            return 4

    quantise(source, tmp_path / "int8.onnx", Fading(), MINMAX)
    large = np.full((1, 3, 8, 8), 250.0, np.float32)
    # cut off at the last views' 1 they would be nearly those of the bias alone, 0.5 away
    np.testing.assert_allclose(_scores(tmp_path / "int8.onnx", large), _scores(source, large), atol=0.03)
