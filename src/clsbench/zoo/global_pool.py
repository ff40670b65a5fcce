"""Replaces a fixed last pool by a global one, so that a net takes sizes other than the one it was trained at."""

from dataclasses import replace

from clsbench.caffe.net import Layer, Net, Shape
from clsbench.caffe.settings import flag, word
from clsbench.caffe.shapes import infer_shapes
from clsbench.caffe.window import window_of
from clsbench.errors import NetError
from clsbench.zoo.pooling import GLOBAL_AVERAGE


def with_global_final_pool(net: Net) -> Net:
    """``net`` whose last pool averages the whole map whatever its size; at the net's own size it computes the same.

    ``net`` itself if that would change it: its last pool is already global, takes a maximum, or sees only a part.
    """
    pools = [index for index, layer in enumerate(net.layers) if layer.type == "Pooling"]
    if not pools or word(net.layers[pools[-1]], "pool") != "AVE" or flag(net.layers[pools[-1]], "global_pooling"):
        return net
    try:
        shapes = infer_shapes(net)
    except NetError:
        return net
    if not sees_the_whole_map(net.layers[pools[-1]], shapes[pools[-1]].bottoms[0]):
        return net
    layers = list(net.layers)
    layers[pools[-1]] = replace(layers[pools[-1]], params=dict(GLOBAL_AVERAGE))
    return replace(net, layers=tuple(layers))


def sees_the_whole_map(pool: Layer, bottom: Shape) -> bool:
    """Whether the window of a fixed pool equals the map that it reads."""
    window = window_of(pool)
    return bottom[2:] == window.kernel and window.pad == (0, 0)
