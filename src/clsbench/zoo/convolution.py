"""A convolution's settings, with the defaults that the published networks share."""

from collections.abc import Mapping
from dataclasses import dataclass

from clsbench.caffe.net import Value

Pair = tuple[int, int]


@dataclass(frozen=True)
class Conv:
    """``width`` filters of ``kernel`` pixels; a pair is (height, width); pad None keeps the size at stride 1."""

    width: int
    kernel: int | Pair = 1
    stride: int = 1
    pad: int | None = None
    group: int = 1
    bias: bool = False  # BatchNorm follows nearly everywhere and has its own bias
    type: str = "Convolution"

    def params(self) -> Mapping[str, Value]:
        """The fields that differ from Caffe's defaults, by caffe.proto's names."""
        kernel = _sides(self.kernel)
        pad = tuple(side // 2 for side in kernel) if self.pad is None else (self.pad,)
        params: dict[str, Value] = {"num_output": self.width, "kernel_size": kernel}
        if any(pad):
            params["pad"] = pad
        if self.stride != 1:
            params["stride"] = (self.stride,)
        if self.group != 1:
            params["group"] = self.group
        if not self.bias:
            params["bias_term"] = False
        return params


def _sides(kernel: int | Pair) -> tuple[int, ...]:
    return (kernel,) if isinstance(kernel, int) else kernel
