"""Operators that normalise numbers, by given statistics or by those of their neighbours."""

import torch
from torch import Tensor
from torch.nn import functional

from clsbench.engines.torch.operators.node import Forward, Node


def batch_normalization(node: Node) -> Forward:
    """BatchNormalization at inference."""
    epsilon = float(node.attribute("epsilon", 1e-5))
    node.attribute("momentum", None)  # for training, like training_mode
    node.require("training_mode", 0)

    def forward(x: Tensor, scale: Tensor, bias: Tensor, mean: Tensor, variance: Tensor) -> Tensor:
        return functional.batch_norm(x, mean, variance, scale, bias, training=False, eps=epsilon)

    return forward


def lrn(node: Node) -> Forward:
    """LRN across channels."""
    size = node.attribute("size", None)
    if size % 2 == 0:
        raise node.refusal(f"size={size} is even")
    alpha, beta = float(node.attribute("alpha", 1e-4)), float(node.attribute("beta", 0.75))
    bias = float(node.attribute("bias", 1.0))
    half = size // 2

    def forward(x: Tensor) -> Tensor:
        square = functional.pad((x * x).flatten(2).unsqueeze(1), (0, 0, half, half))
        mean = functional.avg_pool2d(square, (size, 1), 1).reshape(x.shape)
        return x * torch.pow(bias + alpha * mean, -beta)

    return forward
