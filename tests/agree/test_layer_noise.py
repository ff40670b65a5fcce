"""Noise in each layer: known where it is made by hand, none without quantisation."""

import math
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from clsbench.agree.layer_noise import layer_noise, worst_layers


def _file(path: Path, second: float) -> Path:
    """Two 1 x 1 convolutions of one channel, by 2 and by ``second``, and a ReLU."""
    weights = {"w1": 2.0, "w2": second}
    nodes = [
        helper.make_node("Conv", ["data", "w1"], ["one"], name="conv1"),
        helper.make_node("Conv", ["one", "w2"], ["two"], name="conv2"),
        helper.make_node("Relu", ["two"], ["scores"], name="relu"),
    ]
    ends = [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["batch", 1, 2, 2]) for name in ("data", "scores")]
    tensors = [
        numpy_helper.from_array(np.full((1, 1, 1, 1), value, np.float32), name) for name, value in weights.items()
    ]
    graph = helper.make_graph(nodes, "small", ends[:1], ends[1:], tensors)
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), path)
    return path


def _views(seed: int = 0) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    return np.random.default_rng(seed).random((3, 1, 2, 2), np.float32) + 1


def test_a_layer_that_is_a_tenth_off_has_twenty_decibels_and_adds_all_of_it(tmp_path: Path) -> None:
    exact, rounded = _file(tmp_path / "a.onnx", 3.0), _file(tmp_path / "b.onnx", 3.3)
    conv1, conv2, relu = layer_noise(exact, rounded, [_views(0), _views(1)])
    assert (conv1.node, conv2.node, relu.node) == ("conv1", "conv2", "relu")
    assert conv1.share == 0
    assert math.isinf(conv1.decibels)
    assert conv2.decibels == pytest.approx(20, abs=1e-3)
    assert (conv2.read, conv2.added) == (0, conv2.share)
    assert relu.added == pytest.approx(0)  # what it reads is as far off
    assert (conv1.has_weights, conv2.has_weights, relu.has_weights) == (True, True, False)


def test_the_worst_layers_have_weights_and_are_not_those_in_fp32_already(tmp_path: Path) -> None:
    noise = layer_noise(_file(tmp_path / "a.onnx", 3.0), _file(tmp_path / "b.onnx", 3.3), [_views()])
    assert [each.node for each in worst_layers(noise, 5)] == ["conv2", "conv1"]
    assert [each.node for each in worst_layers(noise, 1)] == ["conv2"]
    assert [each.node for each in worst_layers(noise, 5, without=["conv2"])] == ["conv1"]
