"""Operators that reduce several numbers to one, along some axes."""

import torch
from torch import Tensor

from clsbench.engines.torch.operators.node import Forward, Node, Operator


def reduction(forward: Forward) -> Operator:
    """An operator that calls ``forward(x, axes, keepdim)``."""

    def build(node: Node) -> Forward:
        axes = node.wholes_or("axes", 1)
        keep = bool(node.attribute("keepdims", 1))
        if node.attribute("noop_with_empty_axes", 0) and not axes:
            return lambda x, *_: x
        return lambda x, *_: forward(x, axes or list(range(x.ndim)), keep)

    return build


def total(x: Tensor, axes: list[int], keep: bool) -> Tensor:
    """ReduceSum."""
    return torch.sum(x, axes, keep)


def mean(x: Tensor, axes: list[int], keep: bool) -> Tensor:
    """ReduceMean."""
    return torch.mean(x, axes, keep)


def largest(x: Tensor, axes: list[int], keep: bool) -> Tensor:
    """ReduceMax."""
    return torch.amax(x, axes, keep)


def total_of_magnitudes(x: Tensor, axes: list[int], keep: bool) -> Tensor:
    """ReduceL1."""
    return torch.sum(x.abs(), axes, keep)


def total_of_squares(x: Tensor, axes: list[int], keep: bool) -> Tensor:
    """ReduceSumSquare."""
    return torch.sum(x * x, axes, keep)


def top_k(node: Node) -> Forward:
    """TopK, sorted; among equal numbers the earlier one comes first, which torch.topk leaves undefined."""
    (count,) = node.wholes(1)
    axis = node.attribute("axis", -1)
    largest_first = bool(node.attribute("largest", 1))
    node.attribute("sorted", 1)

    def forward(x: Tensor, _: Tensor) -> tuple[Tensor, Tensor]:
        values, places = torch.sort(x, dim=axis, descending=largest_first, stable=True)
        return values.narrow(axis, 0, count), places.narrow(axis, 0, count)

    return forward
