"""Every blob written once: a layer that works in place gets a top of its own.

Caffe lets any number of layers overwrite one blob; a graph of values (ONNX) and most rewrites cannot. The last writer
keeps the blob's name, so what a net puts out is called as before; what ``relu1`` finds in ``conv1`` when ``conv1_bn``
was the one before it is called ``conv1.conv1_bn``. A blob that the net takes in keeps its name as it comes in.
"""

from collections import Counter
from dataclasses import replace

from clsbench.caffe.net import Layer, Net
from clsbench.lowering.names import unused


def single_assignment(net: Net) -> Net:
    """``net`` with no blob written twice; the output blob keeps its name unless it is an input written in place."""
    writes_left = Counter(top for layer in net.layers for top in layer.tops)
    taken = {*net.inputs, *writes_left}
    current: dict[str, str] = {}  # blob -> what its content is called at this point
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
