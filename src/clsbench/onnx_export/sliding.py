"""Converts Caffe's window to the attributes of ONNX's convolutions."""

from clsbench.caffe.net import Layer
from clsbench.caffe.settings import whole
from clsbench.caffe.window import window_of
from clsbench.onnx_export.graph import Attributes


def window_attributes(layer: Layer) -> Attributes:
    """Kernel, stride, padding, dilation and group of a Convolution or Deconvolution."""
    window = window_of(layer)
    return {
        "kernel_shape": window.kernel,
        "strides": window.stride,
        "pads": (*window.pad, *window.pad_end),
        "dilations": window.dilation,
        "group": whole(layer, "group"),
    }
