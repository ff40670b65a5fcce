"""Gemm; MatMul is torch's own."""

from torch import Tensor
from torch.nn import functional

from clsbench.engines.torch.operators.node import Forward, Node


def gemm(node: Node) -> Forward:
    """alpha * A * B + beta * C, with A and B transposed on request."""
    alpha, beta = float(node.attribute("alpha", 1.0)), float(node.attribute("beta", 1.0))
    turn_a, turn_b = bool(node.attribute("transA", 0)), bool(node.attribute("transB", 0))

    def forward(a: Tensor, b: Tensor, c: Tensor | None = None) -> Tensor:
        left, right = a.mT if turn_a else a, b if turn_b else b.mT
        if alpha == beta == 1.0 and (c is None or c.ndim == 1):
            return functional.linear(left, right, c)
        product = alpha * functional.linear(left, right)
        return product if c is None else product + beta * c

    return forward
