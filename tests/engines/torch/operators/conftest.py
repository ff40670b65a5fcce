"""ONNX Runtime is the judge of every operator."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import onnx
import onnxruntime
import pytest
from numpy.typing import NDArray
from onnx import NodeProto, TensorProto, helper, numpy_helper

Constants: TypeAlias = Mapping[str, NDArray[Any]]
Write: TypeAlias = Callable[..., Path]
Agrees: TypeAlias = Callable[..., None]


@pytest.fixture(autouse=True)
def _torch(need_torch: None) -> None:
    pass


@pytest.fixture(scope="session")
def write(tmp_path_factory: pytest.TempPathFactory) -> Write:
    """Writes a graph that makes "y" of "x" to a file, each time the same one."""
    path = tmp_path_factory.mktemp("onnx") / "net.onnx"

    def graph(
        nodes: Sequence[NodeProto],
        constants: Constants,
        rank: int = 4,
        outputs: Sequence[str] = ("y",),
        opset: int = 17,
    ) -> Path:
        x = helper.make_tensor_value_info("x", TensorProto.FLOAT, [None] * rank)
        results = [onnx.ValueInfoProto(name=name) for name in outputs]
        tensors = [numpy_helper.from_array(np.asarray(values), name) for name, values in constants.items()]
        made = helper.make_graph(nodes, "graph", [x], results, tensors)
        onnx.save(helper.make_model(made, opset_imports=[helper.make_opsetid("", opset)], ir_version=8), path)
        return path

    return graph


@pytest.fixture(scope="session")
def agrees(write: Write) -> Agrees:
    """Asserts that a node gives the same on ONNX Runtime and in PyTorch; it reads "x" and the constants by name."""

    def check(node: NodeProto, x: NDArray[np.float32], outputs: Sequence[str] = ("y",), **constants: Any) -> None:
        from clsbench.engines.torch.operators.reader import read_graph

        path = write([node], constants, x.ndim, outputs)
        session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
        for name, expected in zip(outputs, session.run(list(outputs), {"x": x}), strict=True):
            got = _run(read_graph(path, name), x)
            assert got.shape == expected.shape
            assert got.dtype == expected.dtype
            np.testing.assert_allclose(got, expected, rtol=1e-4, atol=1e-5)

    return check


def _run(graph: Any, x: NDArray[np.float32]) -> NDArray[Any]:
    import torch

    with torch.inference_mode():
        result: NDArray[Any] = graph(torch.from_numpy(x.copy())).numpy()
    return result
