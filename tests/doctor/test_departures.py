"""python -m clsbench.doctor onnx=FILE: a fault planted in a conversion is located at its layer."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest
from command_line import Cli, Ended
from numpy.typing import NDArray
from onnx import NodeProto, helper, numpy_helper

from clsbench.caffe.caffemodel_writer import write_caffemodel
from clsbench.caffe.net import Net
from clsbench.caffe.prototxt import read_prototxt
from clsbench.caffe.random_weights import with_random_weights

NET = """
name: "small"
layer { name: "data" type: "Input" top: "data" input_param { shape { dim: 1 dim: 3 dim: 28 dim: 28 } } }
layer { name: "conv1" type: "Convolution" bottom: "data" top: "conv1"
        convolution_param { num_output: 8 kernel_size: 3 bias_term: false } }
layer { name: "bn1" type: "BatchNorm" bottom: "conv1" top: "bn1" batch_norm_param { eps: 1e-5 } }
layer { name: "scale1" type: "Scale" bottom: "bn1" top: "scale1" scale_param { bias_term: true } }
layer { name: "relu1" type: "ReLU" bottom: "scale1" top: "scale1" }
layer { name: "pool1" type: "Pooling" bottom: "scale1" top: "pool1"
        pooling_param { pool: MAX kernel_size: 3 stride: 2 } }
layer { name: "conv2" type: "Convolution" bottom: "pool1" top: "conv2"
        convolution_param { num_output: 16 kernel_size: 3 } }
layer { name: "relu2" type: "ReLU" bottom: "conv2" top: "conv2" }
layer { name: "pool2" type: "Pooling" bottom: "conv2" top: "pool2" pooling_param { pool: AVE global_pooling: true } }
layer { name: "fc" type: "InnerProduct" bottom: "pool2" top: "fc" inner_product_param { num_output: 10 } }
layer { name: "prob" type: "Softmax" bottom: "fc" top: "prob" }
"""


@pytest.fixture
def small(tmp_path: Path) -> tuple[list[str], Net]:
    """Overrides of a small network, and the network with its weights."""
    (tmp_path / "net.prototxt").write_text(NET)
    net = with_random_weights(read_prototxt(tmp_path / "net.prototxt"), 3, 60.0)
    write_caffemodel(net, tmp_path / "net.caffemodel")
    files = [f"model.prototxt={tmp_path}/net.prototxt", f"model.weights={tmp_path}/net.caffemodel"]
    return [*files, "crop_size=28", "images=random"], net


@pytest.fixture
def exported(clsbench: Cli, small: tuple[list[str], Net], tmp_path: Path) -> Path:
    """The sound conversion."""
    given = [each for each in small[0] if not each.startswith("images=")]
    ended = clsbench("task=export", *given, f"task.output={tmp_path}", "tracking=none")
    assert ended.code == 0, ended.said
    (path,) = tmp_path.glob("*.onnx")
    return path


def _node(model: onnx.ModelProto, name: str) -> NodeProto:
    found: NodeProto
    (found,) = (node for node in model.graph.node if node.name == name)
    return found


def _change(model: onnx.ModelProto, name: str, change: Callable[[NDArray[np.float32]], NDArray[np.float32]]) -> None:
    (tensor,) = (tensor for tensor in model.graph.initializer if tensor.name == name)
    tensor.CopyFrom(numpy_helper.from_array(change(numpy_helper.to_array(tensor).copy()), name))


def _as_bf16(values: NDArray[np.float32]) -> NDArray[np.float32]:
    return (values.view(np.uint32) & np.uint32(0xFFFF0000)).view(np.float32)


def _floor_pool(model: onnx.ModelProto) -> None:
    node = _node(model, "pool1")
    kept = [each for each in node.attribute if each.name not in ("ceil_mode", "pads")]
    del node.attribute[:]
    node.attribute.extend([*kept, helper.make_attribute("ceil_mode", 0)])


def _first(ended: Ended) -> str:
    return str(json.loads(ended.artifact("doctor.json").read_text())["first"]["layer"])


@pytest.mark.parametrize(
    ("fault", "layer"),
    [
        (_floor_pool, "pool1"),
        (lambda model: _change(model, "conv1/weight", lambda w: w[:, ::-1]), "conv1, bn1, scale1"),
        (lambda model: _change(model, "conv2/weight", _as_bf16), "conv2"),
    ],
    ids=["floor pool", "swapped channels", "bf16"],
)
def test_a_planted_fault_is_located(
    doctor: Cli,
    small: tuple[list[str], Net],
    exported: Path,
    fault: Callable[[onnx.ModelProto], None],
    layer: str,
) -> None:
    model = onnx.load(exported)
    fault(model)
    wrong = exported.with_name("wrong.onnx")
    onnx.save(model, wrong)
    ended = doctor(*small[0], f"onnx={wrong}")
    assert ended.code == 1, ended.said
    assert f"wrong.onnx departs from net first at layer {layer} (" in ended.said
    assert _first(ended) == layer
    assert ended.run.data.tags["departs_at"] == layer
    assert ended.artifact("plots/departures.png").is_file()


def test_a_batch_norm_with_another_eps_is_located_though_our_own_export_folds_it(
    doctor: Cli, small: tuple[list[str], Net], exported: Path
) -> None:
    model = onnx.load(exported)
    blobs = {layer.name: layer.blobs for layer in small[1].layers}
    mean, variance, factor = blobs["bn1"]
    scale, shift = blobs["scale1"]
    tensors = {"w": blobs["conv1"][0], "s": scale, "b": shift, "m": mean / factor, "v": variance / factor}

    def saved(eps: float) -> Path:
        conversion = onnx.ModelProto()
        conversion.CopyFrom(model)
        conv = next(node for node in conversion.graph.node if node.name == "conv1")
        after = list(conv.output)
        kept = [node for node in conversion.graph.node if node is not conv]
        nodes = [
            helper.make_node("Conv", [conv.input[0], "w"], ["plain"], name="conv", kernel_shape=[3, 3]),
            helper.make_node("BatchNormalization", ["plain", "s", "b", "m", "v"], after, name="bn", epsilon=eps),
        ]
        del conversion.graph.node[:]
        conversion.graph.node.extend([*nodes, *kept])
        arrays = {name: np.asarray(values, np.float32) for name, values in tensors.items()}
        conversion.graph.initializer.extend(numpy_helper.from_array(values, name) for name, values in arrays.items())
        path = exported.with_name(f"eps-{eps:g}.onnx")
        onnx.save(conversion, path)
        return path

    assert doctor(*small[0], f"onnx={saved(1e-5)}").code == 0
    ended = doctor(*small[0], f"onnx={saved(1e-1)}", "resume=false")
    assert ended.code == 1, ended.said
    assert "first at layer conv1, bn1, scale1 (" in ended.said


def test_a_sound_conversion_departs_nowhere_whatever_its_blobs_are_called(
    doctor: Cli, small: tuple[list[str], Net], exported: Path
) -> None:
    model = onnx.load(exported)
    outputs = {value.name for value in model.graph.output}
    for node in model.graph.node:
        node.output[:] = [name if name in outputs else f"/x/{name}" for name in node.output]
    made = {name.removeprefix("/x/") for node in model.graph.node for name in node.output} - outputs
    for node in model.graph.node:
        node.input[:] = [f"/x/{name}" if name in made else name for name in node.input]
    renamed = exported.with_name("renamed.onnx")
    onnx.save(model, renamed)
    for path in (exported, renamed):
        ended = doctor(*small[0], f"onnx={path}")
        assert ended.code == 0, ended.said
        assert " matches net: " in ended.said
        assert ended.said.rstrip().splitlines()[-1] == "overrides:"
