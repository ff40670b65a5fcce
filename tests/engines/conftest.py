"""A small network that all engines open, with its scores computed by numpy."""

import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from clsbench.caffe.caffemodel import write_caffemodel
from clsbench.caffe.prototxt import parse_prototxt
from clsbench.engines.caffe.engine import Caffe
from clsbench.engines.onnxruntime.engine import OnnxRuntime
from clsbench.engines.opencv.engine import OpenCv
from clsbench.engines.openvino.engine import OpenVino
from clsbench.engines.torch.engine import Torch

_PROTOTXT = """
name: "small"
input: "data"
input_dim: 1
input_dim: 2
input_dim: 4
input_dim: 4
layer {
  name: "fc"
  type: "InnerProduct"
  bottom: "data"
  top: "fc"
  inner_product_param { num_output: 3 }
}
layer { name: "prob" type: "Softmax" bottom: "fc" top: "prob" }
"""


@dataclass(frozen=True)
class FileNetwork:
    """A network whose files lie in ``folder``."""

    folder: Path
    input_shape: tuple[int, int, int] = (2, 4, 4)
    output: str = "prob"
    classes: int = 3

    def onnx(self) -> Path:
        return self.folder / "small.onnx"

    def prototxt(self) -> Path:
        return self.folder / "small.prototxt"

    def caffemodel(self) -> Path:
        return self.folder / "small.caffemodel"


@dataclass(frozen=True)
class Small:
    """One InnerProduct and a Softmax."""

    network: FileNetwork
    weight: NDArray[np.float32]
    bias: NDArray[np.float32]

    def views(self, count: int) -> NDArray[np.float32]:
        """Random views (batch, channel, height, width), others for each count."""
        return np.random.default_rng(count).standard_normal((count, 2, 4, 4)).astype(np.float32)

    def scores(self, views: NDArray[np.float32]) -> NDArray[np.float32]:
        """What every engine should give."""
        powers = np.exp(views.reshape(len(views), -1) @ self.weight.T + self.bias)
        return np.asarray(powers / powers.sum(axis=1, keepdims=True), np.float32)


@pytest.fixture
def small(tmp_path: Path) -> Small:
    """The network, its files written anew, so that a test may spoil them."""
    random = np.random.default_rng(0)
    weight = (random.standard_normal((3, 32)) / 4).astype(np.float32)
    bias = random.standard_normal(3).astype(np.float32)
    network = FileNetwork(tmp_path)
    network.prototxt().write_text(_PROTOTXT)
    net = parse_prototxt(_PROTOTXT, "small")
    fc, prob = net.layers
    write_caffemodel(replace(net, layers=(replace(fc, blobs=(weight, bias)), prob)), network.caffemodel())
    _write_onnx(weight, bias, network.onnx())
    return Small(network, weight, bias)


def _write_onnx(weight: NDArray[np.float32], bias: NDArray[np.float32], path: Path) -> None:
    nodes = [
        helper.make_node("Flatten", ["data"], ["flat"]),
        helper.make_node("Gemm", ["flat", "weight", "bias"], ["fc"], transB=1),
        helper.make_node("Softmax", ["fc"], ["prob"]),
    ]
    graph = helper.make_graph(
        nodes,
        "small",
        [helper.make_tensor_value_info("data", TensorProto.FLOAT, ["batch", 2, 4, 4])],
        [helper.make_tensor_value_info("prob", TensorProto.FLOAT, ["batch", 3])],
        [numpy_helper.from_array(weight, "weight"), numpy_helper.from_array(bias, "bias")],
    )
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9), path)


@pytest.fixture
def onnx_runtime() -> OnnxRuntime:
    """The default engine with its own choices, on the CPU."""
    return OnnxRuntime(device="cpu", precision="fp32", threads=None, streams=None, batch_size=None, provider="auto")


@pytest.fixture
def caffe(caffe_python: Path) -> Caffe:
    """Real pycaffe on the CPU, three views a batch."""
    return Caffe(device="cpu", precision="fp32", threads=1, processes=1, batch_size=3, python=str(caffe_python))


@pytest.fixture
def opencv() -> OpenCv:
    """The engine with its own choices."""
    return OpenCv(device="cpu", precision="fp32", threads=None, batch_size=None)


@pytest.fixture
def openvino_settings() -> OpenVino:
    """The engine with its own choices; the package may be absent."""
    return OpenVino(device="cpu", precision="fp32", threads=None, streams=None, batch_size=None)


@pytest.fixture
def openvino(openvino_settings: OpenVino, need_openvino: None) -> OpenVino:
    """The same, where the package is there."""
    sys.modules.setdefault("openvino_telemetry", cast(Any, None))  # for tests that import it themselves
    return openvino_settings


@pytest.fixture
def torch_settings() -> Torch:
    """The engine with its own choices; the package may be absent."""
    return Torch(
        device="cpu",
        precision="fp32",
        threads=None,
        streams=None,
        batch_size=None,
        channels_last=True,
        compile=False,
        cuda_graphs=False,
    )


@pytest.fixture
def torch(torch_settings: Torch, need_torch: None) -> Torch:
    """The same, where the package is there."""
    return torch_settings


@pytest.fixture
def wrapper(tmp_path: Path, caffe_python: Path) -> Callable[[str], str]:
    """Makes a program that runs some shell lines, then becomes the interpreter with pycaffe."""

    def make(lines: str) -> str:
        program = tmp_path / "wrapper.sh"
        program.write_text(f'#!/bin/sh\n{lines}\nexec "{caffe_python}" "$@"\n')
        program.chmod(0o755)
        return str(program)

    return make


@pytest.fixture
def no_new_shared_files() -> Iterator[None]:
    """Fails where a test leaves an array of ours in shared memory."""
    before = _shared_files()
    yield
    new, deadline = _shared_files() - before, time.monotonic() + 20
    while new and time.monotonic() < deadline:  # tests beside this one have theirs for a moment
        time.sleep(0.05)
        new &= _shared_files()
    assert not new


def _shared_files() -> set[str]:
    return {path.name for path in Path("/dev/shm").glob("clsbench-*")}
