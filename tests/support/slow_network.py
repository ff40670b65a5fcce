"""A network whose forward goes on for long: 2,000 products of 1000 x 1000 matrices, many seconds on one thread."""

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper


def write_slow_onnx(path: Path) -> None:
    """Takes views (batch, 2, 4, 4) and gives 1,000 numbers called "prob"."""
    nodes = [
        helper.make_node("ReduceMean", ["data"], ["mean"], keepdims=0),
        helper.make_node("Add", ["mean", "w"], ["h0"]),
    ]
    nodes += [helper.make_node("MatMul", [f"h{n}", "w"], [f"h{n + 1}"]) for n in range(2000)]
    nodes += [helper.make_node("ReduceMean", ["h2000"], ["prob"], keepdims=0, axes=[0])]
    graph = helper.make_graph(
        nodes,
        "slow",
        [helper.make_tensor_value_info("data", TensorProto.FLOAT, ["batch", 2, 4, 4])],
        [helper.make_tensor_value_info("prob", TensorProto.FLOAT, [1000])],
        [numpy_helper.from_array(np.full((1000, 1000), 1e-3, np.float32), "w")],
    )
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9), path)
