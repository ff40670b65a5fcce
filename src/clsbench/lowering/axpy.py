"""Axpy of the SE networks (top = a * x + y, with one a per image and channel) in BVLC's layers.

BVLC has no Axpy; a Scale with two bottoms multiplies and an Eltwise adds. Scale needs its second bottom without the 1x1
image that a global pool leaves, hence the Reshape (axpy_layer.cpp of SENet: a is N x C or N x C x 1 x 1).
"""

from dataclasses import replace

from clsbench.caffe.net import Layer, Net
from clsbench.caffe.shapes import LayerShapes, infer_shapes
from clsbench.lowering.names import unused


def axpy(net: Net) -> Net:
    """``net`` without Axpy; the Eltwise takes over the Axpy's name and top."""
    if not any(layer.type == "Axpy" for layer in net.layers):
        return net
    layer_names = {layer.name for layer in net.layers}
    blob_names = {*net.inputs, *(top for layer in net.layers for top in layer.tops)}
    layers: list[Layer] = []
    for layer, shapes in zip(net.layers, infer_shapes(net), strict=True):
        if layer.type == "Axpy":
            layers += _in_bvlc_layers(layer, shapes, layer_names, blob_names)
        else:
            layers.append(layer)
    return replace(net, layers=tuple(layers))


def _in_bvlc_layers(layer: Layer, shapes: LayerShapes, layer_names: set[str], blob_names: set[str]) -> list[Layer]:
    gate, x, y = layer.bottoms
    layers = []
    if len(shapes.bottoms[0]) > 2:
        flat = unused(f"{layer.name}_gate", blob_names)
        name = unused(f"{layer.name}_gate", layer_names)
        layers.append(Layer(name, "Reshape", (gate,), (flat,), {"shape": (0, 0)}))
        gate = flat
    scaled = unused(f"{layer.name}_scaled", blob_names)
    layers.append(Layer(unused(f"{layer.name}_scaled", layer_names), "Scale", (x, gate), (scaled,), {"axis": 0}))
    return [*layers, Layer(layer.name, "Eltwise", (scaled, y), layer.tops, {"operation": "SUM"}, line=layer.line)]
