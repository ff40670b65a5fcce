"""Conv and ConvTranspose of images."""

from torch import Tensor
from torch.nn import functional

from clsbench.engines.torch.operators.node import Forward, Node
from clsbench.engines.torch.operators.window import window_of


def convolution(node: Node) -> Forward:
    """Conv; the kernel size comes from the weights."""
    window = window_of(node)
    group = node.attribute("group", 1)
    node.attribute("kernel_shape", None)
    if window.begin != window.end:
        return lambda x, weight, bias=None: functional.conv2d(
            functional.pad(x, window.around), weight, bias, window.stride, 0, window.dilation, group
        )
    return lambda x, weight, bias=None: functional.conv2d(
        x, weight, bias, window.stride, window.begin, window.dilation, group
    )


def transposed_convolution(node: Node) -> Forward:
    """ConvTranspose; its pads are cut off the output."""
    window = window_of(node)
    group = node.attribute("group", 1)
    node.attribute("kernel_shape", None)
    more = tuple(node.attribute("output_padding", [0, 0]))
    if window.begin != window.end:
        raise node.refusal(f"pads {window.begin} and {window.end} differ")

    def forward(x: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
        return functional.conv_transpose2d(x, weight, bias, window.stride, window.begin, more, group, window.dilation)

    return forward
