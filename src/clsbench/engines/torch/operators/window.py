"""The window that an ONNX convolution or pool moves over an image."""

from dataclasses import dataclass

from clsbench.engines.torch.operators.node import Node


@dataclass(frozen=True)
class Window:
    """Everything is in (height, width); ``begin`` and ``end`` are the padding around the image."""

    stride: tuple[int, int]
    begin: tuple[int, int]
    end: tuple[int, int]
    dilation: tuple[int, int]

    @property
    def is_padded(self) -> bool:
        """Whether there is padding around the image."""
        return any((*self.begin, *self.end))

    @property
    def around(self) -> tuple[int, int, int, int]:
        """The pads in the order of torch's ``pad``: left, right, top, bottom."""
        return self.begin[1], self.end[1], self.begin[0], self.end[0]


def window_of(node: Node) -> Window:
    """The node's window; raises EngineError if it is not the window of an image."""
    node.require("auto_pad", "NOTSET")
    pads = _numbers(node, "pads", 4, 0)
    stride, dilation = _numbers(node, "strides", 2, 1), _numbers(node, "dilations", 2, 1)
    return Window((stride[0], stride[1]), (pads[0], pads[1]), (pads[2], pads[3]), (dilation[0], dilation[1]))


def kernel_of(node: Node) -> tuple[int, int]:
    """A pool's kernel."""
    height, width = _numbers(node, "kernel_shape", 2, 1)
    return height, width


def _numbers(node: Node, name: str, count: int, default: int) -> list[int]:
    numbers = list(node.attribute(name, [default] * count))
    if len(numbers) != count:
        raise node.refusal(f"{name}={numbers} is not that of an image with height and width")
    return numbers
