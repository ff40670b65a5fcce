"""A forward node by node, and a backward through the same nodes in reverse, with each node timed on its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import torch
from torch import Tensor

from clsbench.engines.torch.operators.clocks import Clock
from clsbench.engines.torch.operators.graph import Graph, Step

Inputs: TypeAlias = list[Any]  # tensors; None for an omitted optional one


@dataclass(frozen=True)
class Entry:
    """A node that has run. Its inputs are detached from earlier nodes, so that it is differentiated on its own."""

    step: Step
    inputs: Inputs
    outputs: tuple[Tensor, ...]


def forward_tape(graph: Graph, views: Tensor, clock: Clock, *, gradients: bool) -> list[Entry]:
    """Runs every node of ``graph`` in order; without ``gradients`` the entries hold no tensors except the output."""
    constants = {**graph._parameters, **graph._buffers, "": None}
    values: dict[str, Any] = {**constants, graph.source: views}
    tape = []
    for step in graph.steps:
        read = {name: values[name] for name in step.inputs}
        if gradients:
            read = {name: x if name in constants else _cut_off(x) for name, x in read.items()}
        inputs = [read[name] for name in step.inputs]
        clock.record()
        results = step.forward(*inputs)
        clock.record()
        outputs = tuple(results) if len(step.outputs) > 1 else (results,)
        values.update(zip(step.outputs, outputs, strict=True))
        if gradients or graph.output in step.outputs:
            tape.append(Entry(step, inputs if gradients else [], outputs))
        for name in step.finished:
            del values[name]
    return tape


def backward_tape(tape: list[Entry], output: str, gradient: Tensor, clock: Clock) -> Mapping[str, Tensor]:
    """Gradients of everything that the nodes read, by name, starting from that of ``output``; consumes ``tape``.

    If several nodes read a value, summing their gradients is part of their times, as Caffe's Split layer is.
    """
    found: dict[str, Tensor] = {output: gradient}
    while tape:
        entry = tape.pop()
        given = [
            (out, found.pop(name))
            for name, out in zip(entry.step.outputs, entry.outputs, strict=True)
            if name in found and out.requires_grad
        ]
        wanted = {
            name: x
            for name, x in zip(entry.step.inputs, entry.inputs, strict=True)
            if x is not None and x.requires_grad
        }
        clock.record()
        if given and wanted:
            _add(found, wanted, given)
        clock.record()
    return found


def _add(found: dict[str, Tensor], wanted: Mapping[str, Tensor], given: list[tuple[Tensor, Tensor]]) -> None:
    outputs, gradients = zip(*given, strict=True)
    # a node has no gradient for an input that it uses in no differentiable way
    results = torch.autograd.grad(outputs, list(wanted.values()), gradients, allow_unused=True)
    for name, result in zip(wanted, results, strict=True):
        if result is not None:
            found[name] = found[name] + result if name in found else result


def _cut_off(x: Tensor) -> Tensor:
    alone: Tensor = x.detach()
    return alone.requires_grad_() if alone.is_floating_point() else alone
