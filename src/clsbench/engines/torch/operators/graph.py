"""A PyTorch module that runs the nodes of an ONNX graph in order, and can be differentiated."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from clsbench.engines.torch.operators.node import Forward
from clsbench.errors import EngineError

_Module: Any = torch.nn.Module


@dataclass(frozen=True)
class Step:
    """One node, ready to run; ``finished`` lists the values that no later step reads."""

    node: str
    operator: str
    forward: Forward
    inputs: tuple[str, ...]  # "" for an omitted optional one
    outputs: tuple[str, ...]
    finished: tuple[str, ...]


class Graph(_Module):  # type: ignore[misc]
    """``tensors`` are the constants that the steps read; Parameters among them become the module's."""

    def __init__(self, steps: Sequence[Step], tensors: Mapping[str, Tensor], source: str, output: str) -> None:
        super().__init__()
        self.steps = tuple(steps)
        self.source, self.output = source, output
        self.stopped = False
        for name, tensor in tensors.items():
            if isinstance(tensor, torch.nn.Parameter):
                self.register_parameter(name, tensor)
            else:
                self.register_buffer(name, tensor)

    def forward(self, views: Tensor) -> Tensor:
        """The output for views (batch, channel, height, width); raises EngineError once ``stopped`` is set."""
        values: dict[str, Any] = {**self._parameters, **self._buffers, self.source: views, "": None}
        for step in self.steps:
            if self.stopped:
                raise EngineError("the engine was closed")
            results = step.forward(*[values[name] for name in step.inputs])
            values.update(zip(step.outputs, results if len(step.outputs) > 1 else (results,), strict=True))
            for name in step.finished:
                del values[name]
        output: Tensor = values[self.output]
        return output
