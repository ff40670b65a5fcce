"""Operators that treat every number alike, with broadcasting if there are several inputs."""

from functools import reduce

import torch
from torch import Tensor
from torch.nn import functional

from clsbench.engines.torch.operators.node import Forward, Node

# TensorProto.DataType: its values are part of the ONNX format
_DTYPES = {1: torch.float32, 6: torch.int32, 7: torch.int64, 9: torch.bool, 11: torch.float64}


def total(*tensors: Tensor) -> Tensor:
    """Sum."""
    return reduce(torch.add, tensors)


def largest(*tensors: Tensor) -> Tensor:
    """Max."""
    return reduce(torch.maximum, tensors)


def smallest(*tensors: Tensor) -> Tensor:
    """Min."""
    return reduce(torch.minimum, tensors)


def clip(x: Tensor, low: Tensor | None = None, high: Tensor | None = None) -> Tensor:
    """Clip; a bound may be left out."""
    if low is not None:
        x = torch.maximum(x, low)
    return x if high is None else torch.minimum(x, high)


def p_relu(x: Tensor, slope: Tensor) -> Tensor:
    """PRelu; unlike torch's own, it accepts a slope of any shape that broadcasts."""
    return torch.where(x < 0, slope * x, x)


def elu(node: Node) -> Forward:
    """Elu."""
    alpha = float(node.attribute("alpha", 1.0))
    return lambda x: functional.elu(x, alpha)


def leaky_relu(node: Node) -> Forward:
    """LeakyRelu."""
    alpha = float(node.attribute("alpha", 0.01))
    return lambda x: functional.leaky_relu(x, alpha)


def hard_sigmoid(node: Node) -> Forward:
    """HardSigmoid."""
    alpha, beta = float(node.attribute("alpha", 0.2)), float(node.attribute("beta", 0.5))
    return lambda x: torch.clamp(alpha * x + beta, 0.0, 1.0)


def softmax(node: Node) -> Forward:
    """Softmax along one axis."""
    axis = node.attribute("axis", -1)
    return lambda x: torch.softmax(x, axis)


def cast(node: Node) -> Forward:
    """Cast."""
    to = node.attribute("to", None)
    if to not in _DTYPES:
        raise node.refusal(f"to={to} is not among {', '.join(map(str, _DTYPES))}")
    return lambda x: x.to(_DTYPES[to])


def identity(x: Tensor, *_: Tensor) -> Tensor:
    """Identity, and Dropout at inference."""
    return x
