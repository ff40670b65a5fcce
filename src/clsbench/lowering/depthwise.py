"""Turns ConvolutionDepthwise and DepthwiseConvolution into a Convolution with one group per channel."""

from dataclasses import replace

from clsbench.caffe.net import Layer, Net
from clsbench.caffe.shapes import LayerShapes, infer_shapes

DEPTHWISE_TYPES = ("ConvolutionDepthwise", "DepthwiseConvolution")


def depthwise(net: Net) -> Net:
    """``net`` with plain grouped Convolutions; names and blobs are kept, so a caffemodel still fits."""
    if not any(layer.type in DEPTHWISE_TYPES for layer in net.layers):
        return net
    shaped = zip(net.layers, infer_shapes(net), strict=True)
    return replace(net, layers=tuple(_as_convolution(layer, shapes) for layer, shapes in shaped))


def _as_convolution(layer: Layer, shapes: LayerShapes) -> Layer:
    if layer.type not in DEPTHWISE_TYPES:
        return layer
    channels = shapes.bottoms[0][1]
    return replace(layer, type="Convolution", params={**layer.params, "group": channels})
