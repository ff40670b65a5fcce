"""Node by node, the same scores and the same gradients as all at once."""

from pathlib import Path
from typing import Any

import layer_nets
import numpy as np
import pytest


def _graph(network: layer_nets.LayerNet) -> Any:
    from clsbench.engines.torch.operators.reader import read_graph

    return read_graph(network.onnx(), network.output)


@pytest.mark.parametrize("name", layer_nets.NAMES)
def test_every_layer_type_has_the_gradients_of_the_whole(tmp_path: Path, name: str) -> None:
    import torch

    from clsbench.engines.torch.operators.clocks import HostClock, total_and_each
    from clsbench.engines.torch.operators.tape import backward_tape, forward_tape

    network = layer_nets.exported_to(name, tmp_path)
    graph = _graph(network)
    views = torch.from_numpy(np.random.default_rng(0).standard_normal((2, *network.input_shape), np.float32))
    ahead, back = HostClock(), HostClock()
    tape = forward_tape(graph, views, ahead, gradients=True)
    images = views.clone().requires_grad_()
    scores = graph(images)
    (last,) = tape[-1].outputs
    assert torch.equal(last, scores)
    assert len(tape) == len(graph.steps)
    gradient = torch.cos(torch.arange(scores.numel())).reshape(scores.shape)
    found = backward_tape(tape, graph.output, gradient, back)
    if scores.requires_grad:
        scores.backward(gradient)
    wanted = {graph.source: images.grad} | {key: value.grad for key, value in graph.named_parameters()}
    for key, expected in wanted.items():
        if expected is not None and torch.any(expected):
            torch.testing.assert_close(found[key], expected)
    for clock in (ahead, back):
        total, each = total_and_each(clock.milliseconds())
        assert len(each) == len(graph.steps)
        assert sum(each) <= total


def test_without_gradients_nothing_is_kept_but_the_output(tmp_path: Path) -> None:
    import torch

    from clsbench.engines.torch.operators.clocks import HostClock
    from clsbench.engines.torch.operators.tape import forward_tape

    network = layer_nets.exported_to("Slice", tmp_path)
    with torch.inference_mode():
        (entry,) = forward_tape(_graph(network), torch.zeros(1, *network.input_shape), HostClock(), gradients=False)
    assert entry.step.outputs == (network.output,)
    assert entry.inputs == []
