from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import NodeProto, TensorProto, helper

from clsbench.engines.opencv.graph import for_opencv

Write = Callable[[Sequence[NodeProto]], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a graph that makes "y" of "data", (batch, 4, 6, 5)."""

    def graph(nodes: Sequence[NodeProto]) -> Path:
        data = helper.make_tensor_value_info("data", TensorProto.FLOAT, ["batch", 4, 6, 5])
        y = helper.make_tensor_value_info("y", TensorProto.FLOAT, ["batch", None, None, None])
        opset = [helper.make_opsetid("", 17)]
        path = tmp_path / "net.onnx"
        onnx.save(
            helper.make_model(helper.make_graph(nodes, "g", [data], [y]), opset_imports=opset, ir_version=8), path
        )
        return path

    return graph


def _run(model: Any) -> Any:
    views = np.random.default_rng(0).standard_normal((3, 4, 6, 5)).astype(np.float32)
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    return session.run(["y"], {"data": views})[0]


def _pool(**attributes: Any) -> NodeProto:
    return helper.make_node("AveragePool", ["data"], ["y"], kernel_shape=[3, 3], **attributes)


@pytest.mark.parametrize("pads", [[1, 1, 1, 1], [0, 0, 1, 1], [1, 0, 0, 2]])
def test_padding_that_counts_is_put_on_by_a_node_of_its_own(write: Write, pads: list[int]) -> None:
    path = write([_pool(pads=pads, strides=[2, 1], count_include_pad=1)])
    rewritten = for_opencv(path)
    assert rewritten is not None
    pool = onnx.load_from_string(rewritten).graph.node[-1]
    assert pool.op_type == "AveragePool"
    assert not {"pads", "count_include_pad"} & {attribute.name for attribute in pool.attribute}
    np.testing.assert_allclose(_run(rewritten), _run(path), atol=1e-6)


@pytest.mark.parametrize(
    "attributes",
    [{}, {"count_include_pad": 1}, {"pads": [1, 1, 1, 1]}, {"pads": [0, 0, 0, 0], "count_include_pad": 1}],
)
def test_other_pools_are_left_as_they_are(write: Write, attributes: dict[str, Any]) -> None:
    assert for_opencv(write([_pool(**attributes)])) is None


def test_a_mean_over_channels_and_places_is_taken_in_two_steps(write: Write) -> None:
    path = write([helper.make_node("ReduceMean", ["data"], ["y"], axes=[1, 2, 3])])
    rewritten = for_opencv(path)
    assert rewritten is not None
    assert [node.op_type for node in onnx.load_from_string(rewritten).graph.node] == ["ReduceMean"] * 2
    np.testing.assert_allclose(_run(rewritten), _run(path), atol=1e-6)


@pytest.mark.parametrize("axes", [[2, 3], [1]])
def test_other_means_are_left_as_they_are(write: Write, axes: list[int]) -> None:
    assert for_opencv(write([helper.make_node("ReduceMean", ["data"], ["y"], axes=axes)])) is None


def test_the_nodes_around_stay_in_order(write: Write) -> None:
    nodes = [
        helper.make_node("Relu", ["data"], ["r"]),
        helper.make_node("AveragePool", ["r"], ["p"], kernel_shape=[3, 3], pads=[1, 1, 1, 1], count_include_pad=1),
        helper.make_node("Neg", ["p"], ["y"]),
    ]
    rewritten = for_opencv(write(nodes))
    assert rewritten is not None
    assert [node.op_type for node in onnx.load_from_string(rewritten).graph.node] == [
        *("Relu", "Constant", "Pad", "AveragePool", "Neg"),
    ]
