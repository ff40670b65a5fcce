from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import helper, numpy_helper

from clsbench.errors import EngineError

Write = Callable[..., Path]


def _read(path: Path, output: str = "y") -> Any:
    from clsbench.engines.torch.operators.reader import read_graph

    return read_graph(path, output)


def _relu(source: str, target: str) -> onnx.NodeProto:
    return helper.make_node("Relu", [source], [target], name=f"make_{target}")


def test_only_the_nodes_that_the_output_needs_are_kept(write: Write) -> None:
    path = write([_relu("x", "a"), _relu("x", "b"), _relu("a", "c"), _relu("b", "y")], {}, outputs=("y", "c"))
    assert [step.outputs for step in _read(path).steps] == [("b",), ("y",)]
    assert [step.outputs for step in _read(path, "c").steps] == [("a",), ("c",)]


def test_a_value_is_freed_by_the_last_step_that_reads_it(write: Write) -> None:
    nodes = [
        _relu("x", "a"),
        helper.make_node("Split", ["a"], ["b", "unread"]),
        helper.make_node("Concat", ["a", "b"], ["y"], axis=0),
    ]
    assert [set(step.finished) for step in _read(write(nodes, {})).steps] == [{"x"}, {"unread"}, {"a", "b"}]


def test_weights_are_parameters_and_settings_are_buffers(write: Write) -> None:
    nodes = [
        helper.make_node("Conv", ["x", "conv/weight", "conv.bias"], ["c"]),
        helper.make_node("BatchNormalization", ["c", "scale", "bias", "mean", "variance"], ["n"]),
        helper.make_node("Mul", ["n", "coefficient"], ["m"]),
        helper.make_node("Mul", ["m", "factor"], ["f"]),
        helper.make_node("Reshape", ["f", "shape"], ["y"]),
    ]
    ones = np.ones(2, np.float32)
    constants = {
        "conv/weight": np.ones((2, 3, 1, 1), np.float32),
        "conv.bias": ones,
        **dict.fromkeys(("scale", "bias", "mean", "variance"), ones),
        "coefficient": np.float32(0.5),
        "factor": ones.reshape(2, 1, 1),
        "shape": np.array([0, -1]),
        "never read": ones,
    }
    graph = _read(write(nodes, constants))
    assert {name.partition(":")[2] for name, _ in graph.named_parameters()} == {
        *("conv/weight", "conv_bias", "scale", "bias", "factor"),
    }
    assert {name.partition(":")[2] for name, _ in graph.named_buffers()} == {
        *("mean", "variance", "coefficient", "shape")
    }


def test_constant_nodes_are_constants(write: Write) -> None:
    shape = numpy_helper.from_array(np.array([0, -1]), "any")
    nodes = [
        helper.make_node("Constant", [], ["shape"], value=shape),
        helper.make_node("Reshape", ["x", "shape"], ["y"]),
    ]
    graph = _read(write(nodes, {}))
    assert [step.operator for step in graph.steps] == ["Reshape"]


def test_an_unknown_operator_is_an_error_that_names_it_and_its_node(write: Write) -> None:
    path = write([helper.make_node("Det", ["x"], ["y"], name="determinant")], {})
    with pytest.raises(EngineError, match=r"node 'determinant' with operator Det: this operator is not implemented"):
        _read(path)


def test_an_operator_of_another_domain_is_unknown(write: Write) -> None:
    path = write([helper.make_node("Relu", ["x"], ["y"], domain="of.someone")], {})
    with pytest.raises(EngineError, match="node 'y' with operator Relu: this operator is not implemented"):
        _read(path)


@pytest.mark.parametrize(
    ("node", "reason"),
    [
        (helper.make_node("MaxPool", ["x"], ["y"], kernel_shape=[2, 2], ceil_mode=1), "ceil_mode=1"),
        (helper.make_node("MaxPool", ["x"], ["y", "places"], kernel_shape=[2, 2]), "its 2 outputs"),
        (helper.make_node("MaxPool", ["x"], ["y"], kernel_shape=[2]), "kernel_shape=.2. is not that of an image"),
        (helper.make_node("AveragePool", ["x"], ["y"], kernel_shape=[2, 2], dilations=[2, 2]), "dilations"),
        (helper.make_node("MaxPool", ["x"], ["y"], kernel_shape=[2, 2], auto_pad="VALID"), "auto_pad=VALID"),
        (helper.make_node("Conv", ["x", "w"], ["y"], pads=[0, 0]), "pads=.0, 0. is not that of an image"),
        (helper.make_node("ConvTranspose", ["x", "w"], ["y"], pads=[1, 1, 0, 0]), r"pads \(1, 1\) and \(0, 0\) differ"),
        (helper.make_node("ConvTranspose", ["x", "w"], ["y"], output_shape=[9, 9]), "its output_shape is not"),
        (helper.make_node("BatchNormalization", ["x"] + ["w"] * 4, ["y"], training_mode=1), "training_mode=1"),
        (helper.make_node("LRN", ["x"], ["y"], size=2), "size=2 is even"),
        (helper.make_node("Cast", ["x"], ["y"], to=8), "to=8 is not among"),
        (helper.make_node("Pad", ["x", "n"], ["y"], mode="reflect"), "mode=reflect"),
        (helper.make_node("Pad", ["x", "n", "", "n"], ["y"]), "its axes are given"),
        (helper.make_node("Slice", ["x", "n", "n", "n", "minus"], ["y"]), "steps .-1. go backwards"),
        (helper.make_node("Reshape", ["x", "n"], ["y"], allowzero=1), "allowzero=1"),
        (helper.make_node("Reshape", ["x", "x"], ["y"]), "its input 'x' is computed"),
        (helper.make_node("Relu", ["x"], ["y"], slope=1), "its slope is not implemented"),
    ],
)
def test_settings_that_are_not_implemented_are_refused_when_the_file_is_read(
    write: Write, node: onnx.NodeProto, reason: str
) -> None:
    constants = {"w": np.ones((1, 1, 1, 1), np.float32), "n": np.array([0]), "minus": np.array([-1])}
    with pytest.raises(EngineError, match=f"operator {node.op_type}: {reason}.*use engine=onnxruntime"):
        _read(write([node], constants))


def test_an_output_that_is_not_there_is_an_error(write: Write) -> None:
    with pytest.raises(EngineError, match="0 nodes on the way to 'prob'"):
        _read(write([_relu("x", "y")], {}), "prob")


def test_several_inputs_are_an_error(write: Write) -> None:
    path = write([_relu("x", "y")], {})
    model = onnx.load(path)
    model.graph.input.extend([onnx.ValueInfoProto(name="second")])
    onnx.save(model, path)
    with pytest.raises(EngineError, match="has 2 inputs"):
        _read(path)


def test_an_old_opset_is_an_error_with_its_cure(write: Write) -> None:
    with pytest.raises(EngineError, match=r"of opset 12; 13 or newer is needed: onnx\.version_converter"):
        _read(write([_relu("x", "y")], {}, opset=12))


def test_a_damaged_or_absent_file_is_an_error_that_names_it(tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.onnx"
    damaged.write_bytes(b"no network")
    for path in (damaged, tmp_path / "absent.onnx"):
        with pytest.raises(EngineError, match=f"{path.name} cannot be opened"):
            _read(path)
