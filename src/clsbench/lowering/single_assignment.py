"""Writes every blob only once: a layer that works in place gets its own top.

Caffe lets any number of layers overwrite one blob; a graph of values (ONNX) and most rewrites cannot. The last writer
keeps the blob's name, so a net's outputs keep their names. What ``relu1`` reads from ``conv1``, last written by
``conv1_bn``, is called ``conv1.conv1_bn``. An input blob of the net keeps its name as it comes in.
"""

from collections import Counter
from dataclasses import replace

from clsbench.caffe.net import Layer, Net
from clsbench.lowering.names import unused


def single_assignment(net: Net) -> Net:
    """``net`` with no blob written twice; the output blob keeps its name unless it is an input written in place."""
    writes_left = Counter(top for layer in net.layers for top in layer.tops)
    taken = {*net.inputs, *writes_left}
    current: dict[str, str] = {}  # blob -> the name of its content at this point
    layers = []
    for layer in net.layers:
        bottoms = tuple(current.get(bottom, bottom) for bottom in layer.bottoms)
        for top in layer.tops:
            writes_left[top] -= 1
            is_final = writes_left[top] == 0 and top not in net.inputs
            current[top] = top if is_final else unused(f"{top}.{layer.name}", taken)
        layers.append(_reconnected(layer, bottoms, tuple(current[top] for top in layer.tops)))
    return replace(net, layers=tuple(layers))


def _reconnected(layer: Layer, bottoms: tuple[str, ...], tops: tuple[str, ...]) -> Layer:
    if (bottoms, tops) == (layer.bottoms, layer.tops):
        return layer
    return replace(layer, bottoms=bottoms, tops=tops)
