from collections.abc import Callable
from pathlib import Path
from typing import Any

import layer_nets
import numpy as np
import pytest
from onnx import helper

from clsbench.errors import EngineError

Write = Callable[..., Path]

# Step functions and places have no slope; the largest of equal numbers has several.
_FLAT = {"ArgMax", "ArgMax of channels", "Power, constant", "Threshold"}


def _read(path: Path, output: str) -> Any:
    from clsbench.engines.torch.operators.reader import read_graph

    return read_graph(path, output)


@pytest.mark.parametrize("name", sorted(set(layer_nets.NAMES) - _FLAT))
def test_every_layer_type_can_be_differentiated(tmp_path: Path, name: str) -> None:
    import torch

    network = layer_nets.exported_to(name, tmp_path)
    graph = _read(network.onnx(), network.output).double()
    views = torch.from_numpy(np.random.default_rng(0).standard_normal((2, *network.input_shape))).requires_grad_()
    direction = torch.from_numpy(np.random.default_rng(1).standard_normal(views.shape))
    scores = graph(views)
    weights = torch.from_numpy(np.random.default_rng(2).standard_normal(scores.shape))
    (gradient,) = torch.autograd.grad((scores * weights).sum(), views)
    step = 1e-6
    with torch.no_grad():
        ahead, behind = (((graph(views + sign * step * direction)) * weights).sum() for sign in (1, -1))
    np.testing.assert_allclose((gradient * direction).sum(), (ahead - behind) / (2 * step), rtol=1e-3, atol=1e-6)


def test_every_weight_gets_a_gradient(write: Write) -> None:
    import torch

    nodes = [
        helper.make_node("Conv", ["x", "w", "b"], ["c"]),
        helper.make_node("BatchNormalization", ["c", "scale", "bias", "mean", "variance"], ["n"]),
        helper.make_node("PRelu", ["n", "slope"], ["p"]),
        helper.make_node("Flatten", ["p"], ["f"]),
        helper.make_node("Gemm", ["f", "matrix", "summand"], ["y"], transB=1),
    ]
    random = np.random.default_rng(0)
    shapes = {
        "w": (2, 3, 1, 1),
        **dict.fromkeys(("b", "scale", "bias", "mean"), (2,)),
        "slope": (1,),
        "matrix": (4, 18),
        "summand": (4,),
    }
    constants = {name: random.standard_normal(shape).astype(np.float32) for name, shape in shapes.items()}
    graph = _read(write(nodes, {**constants, "variance": np.array([1.0, 2.0], np.float32)}), "y")
    assert len(list(graph.parameters())) == 7
    graph(torch.randn(2, 3, 3, 3)).square().sum().backward()
    assert all(parameter.grad.abs().sum() > 0 for parameter in graph.parameters())


def test_a_graph_that_is_stopped_ends_with_an_error(write: Write) -> None:
    import torch

    graph = _read(write([helper.make_node("Relu", ["x"], ["y"])], {}), "y")
    graph(torch.zeros(1, 1, 1, 1))
    graph.stopped = True
    with pytest.raises(EngineError, match="the engine was closed"):
        graph(torch.zeros(1, 1, 1, 1))


def test_the_input_stays_as_it_was(write: Write) -> None:
    import torch

    nodes = [helper.make_node("Relu", ["x"], ["a"]), helper.make_node("Neg", ["a"], ["y"])]
    x = torch.tensor([[[[-1.0, 2.0]]]])
    assert _read(write(nodes, {}), "y")(x).tolist() == [[[[-0.0, -2.0]]]]
    assert x.tolist() == [[[[-1.0, 2.0]]]]
