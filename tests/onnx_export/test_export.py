"""What any exported file holds, whatever the layers."""

import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from numpy.typing import NDArray

from clsbench.caffe.net import Layer, Net
from clsbench.errors import NetError, WeightsError
from clsbench.onnx_export import export_onnx

WithBlobs = Callable[[Net, int], Net]

CONV = Layer("conv", "Convolution", ("data",), ("conv",), {"num_output": 4, "kernel_size": (3,)})
NET = Net(
    "net",
    {"data": (1, 3, 9, 8)},
    (
        CONV,
        Layer("bn", "BatchNorm", ("conv",), ("conv",)),
        Layer("relu", "ReLU", ("conv",), ("conv",)),
        Layer("pool", "Pooling", ("conv",), ("pool",), {"pool": "AVE", "kernel_size": 3, "stride": 2}),
        Layer("drop", "Dropout", ("pool",), ("pool",)),
        Layer("fc", "InnerProduct", ("pool",), ("fc",), {"num_output": 5}),
        Layer("prob", "Softmax", ("fc",), ("prob",)),
    ),
)


def scores(path: Path, images: NDArray[np.float32]) -> NDArray[np.float32]:
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    (found,) = session.run(None, {"data": images})
    return np.asarray(found)


@pytest.mark.parametrize("batch", [1, 4])
def test_a_file_takes_any_number_of_images(with_blobs: WithBlobs, tmp_path: Path, batch: int) -> None:
    net = replace(NET, inputs={"data": (batch, 3, 9, 8)})
    export_onnx(with_blobs(net, 0), tmp_path / "net.onnx")
    images = np.random.default_rng(0).standard_normal((7, 3, 9, 8), np.float32)
    alone = [scores(tmp_path / "net.onnx", images[[index]]) for index in range(len(images))]
    np.testing.assert_allclose(scores(tmp_path / "net.onnx", images), np.concatenate(alone), rtol=1e-5)


def test_inputs_outputs_and_nodes_have_caffes_names(with_blobs: WithBlobs, tmp_path: Path) -> None:
    export_onnx(with_blobs(NET, 0), tmp_path / "net.onnx")
    graph = onnx.load(tmp_path / "net.onnx").graph
    assert [(node.name, node.op_type) for node in graph.node] == [
        ("conv", "Conv"),
        ("relu", "Relu"),
        ("pool/Pad", "Pad"),
        ("pool/AveragePool", "AveragePool"),
        ("pool", "Mul"),
        ("fc/Reshape", "Reshape"),
        ("fc", "Gemm"),
        ("prob", "Softmax"),
    ]
    sizes = [dim.dim_param or dim.dim_value for dim in graph.input[0].type.tensor_type.shape.dim]
    assert (graph.input[0].name, sizes) == ("data", ["batch", 3, 9, 8])
    sizes = [dim.dim_param or dim.dim_value for dim in graph.output[0].type.tensor_type.shape.dim]
    assert (graph.output[0].name, sizes) == ("prob", ["batch", 5])


def test_a_file_says_what_it_needs_and_who_made_it(with_blobs: WithBlobs, tmp_path: Path) -> None:
    export_onnx(with_blobs(NET, 0), tmp_path / "net.onnx")
    model = onnx.load(tmp_path / "net.onnx")
    assert (model.ir_version, model.producer_name) == (8, "clsbench")
    assert [(opset.domain, opset.version) for opset in model.opset_import] == [("", 17)]
    assert {node.domain for node in model.graph.node} == {""}


def test_the_same_net_gives_the_same_file(with_blobs: WithBlobs, tmp_path: Path) -> None:
    for name in ("one.onnx", "two.onnx"):
        export_onnx(with_blobs(NET, 0), tmp_path / name)
    assert (tmp_path / "one.onnx").read_bytes() == (tmp_path / "two.onnx").read_bytes()


def test_every_blob_that_nobody_reads_is_an_output(with_blobs: WithBlobs, tmp_path: Path) -> None:
    net = replace(NET, layers=(*NET.layers, Layer("sig", "Sigmoid", ("pool",), ("sig",))))
    export_onnx(with_blobs(net, 0), tmp_path / "net.onnx")
    assert [value.name for value in onnx.load(tmp_path / "net.onnx").graph.output] == ["prob", "sig"]


def test_blobs_that_are_called_like_weights_do_not_clash(with_blobs: WithBlobs, tmp_path: Path) -> None:
    layers = (
        replace(CONV, tops=("conv/weight",)),
        Layer("conv/weight", "ReLU", ("conv/weight",), ("conv/bias",)),
        Layer("conv/weight", "ReLU", ("conv/bias",), ("y",)),
    )
    export_onnx(with_blobs(Net("", {"data": (1, 3, 9, 8)}, layers), 0), tmp_path / "net.onnx")
    onnx.checker.check_model(tmp_path / "net.onnx", full_check=True)
    nodes = onnx.load(tmp_path / "net.onnx").graph.node
    assert [node.name for node in nodes] == ["conv", "conv/weight", "conv/weight_2"]


def test_a_net_without_weights_is_refused_with_the_layers_name(tmp_path: Path) -> None:
    with pytest.raises(
        WeightsError, match="layer 'conv' of type Convolution: needs weights of 4x3x3x3 and 4, but has none"
    ):
        export_onnx(NET, tmp_path / "net.onnx")


def test_an_output_written_over_the_input_is_refused(tmp_path: Path) -> None:
    net = Net("net", {"data": (1, 3)}, (Layer("relu", "ReLU", ("data",), ("data",)),))
    with pytest.raises(NetError, match="network 'net' writes its output 'data' over its input"):
        export_onnx(net, tmp_path / "net.onnx")


def test_a_net_without_output_is_refused(tmp_path: Path) -> None:
    layers = (Layer("relu", "ReLU", ("data",), ("y",)), Layer("quiet", "Silence", ("y",), ()))
    with pytest.raises(NetError, match="network 'net' has no output"):
        export_onnx(Net("net", {"data": (1, 3)}, layers), tmp_path / "net.onnx")


@pytest.mark.parametrize(("batch_norm", "copies"), [(False, 0.0), (True, 1.0)])
def test_memory_holds_no_more_than_the_folded_weights(tmp_path: Path, *, batch_norm: bool, copies: float) -> None:
    weight = np.ones((512, 512, 8, 8), np.float32)
    channels = np.ones(512, np.float32)
    conv = replace(CONV, params={"num_output": 512, "kernel_size": (8,), "bias_term": False}, blobs=(weight,))
    norm = Layer("bn", "BatchNorm", ("conv",), ("bn",), blobs=(channels, channels, np.ones(1, np.float32)))
    net = Net("net", {"data": (1, 512, 8, 8)}, (conv, norm) if batch_norm else (conv,))
    tracemalloc.start()
    export_onnx(net, tmp_path / "net.onnx")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < (copies + 0.1) * weight.nbytes
