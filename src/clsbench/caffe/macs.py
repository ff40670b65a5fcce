"""Multiply-accumulates of a net: the cost of its convolutions and inner products."""

from clsbench.caffe.axes import count
from clsbench.caffe.blob_shapes import blob_shapes
from clsbench.caffe.net import Layer, Net
from clsbench.caffe.settings import whole
from clsbench.caffe.shapes import LayerShapes, infer_shapes

_BY_OUTPUT = {"Convolution", "ConvolutionDepthwise", "DepthwiseConvolution"}


def macs(net: Net) -> int:
    """Multiply-accumulates of Convolution, Deconvolution and InnerProduct layers for one image, without biases."""
    shapes = infer_shapes(net)
    batch = next(iter(net.inputs.values()))[0]
    return sum(map(layer_macs, net.layers, shapes)) // batch


def layer_macs(layer: Layer, shapes: LayerShapes) -> int:
    """Multiply-accumulates of one layer for its whole batch; 0 for a type that is not counted."""
    if layer.type in _BY_OUTPUT:
        weight = blob_shapes(layer, shapes.bottoms)[0]
        return count(shapes.tops[0]) * count(weight[1:])
    if layer.type == "Deconvolution":
        weight = blob_shapes(layer, shapes.bottoms)[0]
        return count(shapes.bottoms[0]) * count(weight[1:])
    if layer.type == "InnerProduct":
        weight = blob_shapes(layer, shapes.bottoms)[0]
        return count(shapes.tops[0]) // whole(layer, "num_output") * count(weight)
    return 0
