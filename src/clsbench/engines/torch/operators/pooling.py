"""Pools over windows of an image, and over the whole image."""

import math

import torch
from torch import Tensor
from torch.nn import functional

from clsbench.engines.torch.operators.node import Forward, Node
from clsbench.engines.torch.operators.window import Window, kernel_of, window_of


def max_pool(node: Node) -> Forward:
    """MaxPool; padding is never the largest value."""
    kernel, window = _settings(node)
    node.require("storage_order", 0)

    def forward(x: Tensor) -> Tensor:
        if not _own_padding(kernel, window):
            padded = functional.pad(x, window.around, value=-math.inf)
            return functional.max_pool2d(padded, kernel, window.stride, 0, window.dilation)
        return functional.max_pool2d(x, kernel, window.stride, window.begin, window.dilation)

    return forward


def average_pool(node: Node) -> Forward:
    """AveragePool, over only the numbers inside the image unless count_include_pad says otherwise."""
    kernel, window = _settings(node)
    if window.dilation != (1, 1):
        raise node.refusal(f"dilations={window.dilation}")
    include = bool(node.attribute("count_include_pad", 0)) or not window.is_padded

    def forward(x: Tensor) -> Tensor:
        if _own_padding(kernel, window):
            return functional.avg_pool2d(x, kernel, window.stride, window.begin, count_include_pad=include)
        average = functional.avg_pool2d(functional.pad(x, window.around), kernel, window.stride)
        if include:
            return average
        inside = functional.pad(torch.ones_like(x[:1, :1]), window.around)
        return average / functional.avg_pool2d(inside, kernel, window.stride)

    return forward


def global_average_pool(x: Tensor) -> Tensor:
    """GlobalAveragePool."""
    return x.mean(tuple(range(2, x.ndim)), keepdim=True)


def global_max_pool(x: Tensor) -> Tensor:
    """GlobalMaxPool."""
    return x.amax(tuple(range(2, x.ndim)), keepdim=True)


def _settings(node: Node) -> tuple[tuple[int, int], Window]:
    # torch and the runtimes count the windows of ceil_mode differently; our exporter never uses it
    node.require("ceil_mode", 0)
    return kernel_of(node), window_of(node)


def _own_padding(kernel: tuple[int, int], window: Window) -> bool:
    """Whether torch's pools can add this padding: the same at both ends, and at most half the kernel."""
    halves = all(2 * pad <= size for pad, size in zip(window.begin, kernel, strict=True))
    return window.begin == window.end and halves
