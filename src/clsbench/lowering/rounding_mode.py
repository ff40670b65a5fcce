"""Turns ``ceil_mode`` of pynetbuilder's and other forks into BVLC's ``round_mode``.

Both are field 13 of Caffe's PoolingParameter with opposite meanings, so only the text says which one is meant. BVLC 1.0
knows neither and rounds up. CEIL is therefore omitted, and FLOOR needs BVLC's master branch.
"""

from dataclasses import replace

from clsbench.caffe.net import Layer, Net
from clsbench.caffe.settings import is_set
from clsbench.caffe.window import rounds_up

_DIALECTS = ("ceil_mode", "round_mode")


def rounding_mode(net: Net) -> Net:
    """``net`` whose pooling layers state ``round_mode: FLOOR`` or nothing."""
    return replace(net, layers=tuple(_in_bvlc_words(layer) for layer in net.layers))


def _in_bvlc_words(layer: Layer) -> Layer:
    if layer.type != "Pooling" or not any(is_set(layer, name) for name in _DIALECTS):
        return layer
    params = {name: value for name, value in layer.params.items() if name not in _DIALECTS}
    if not rounds_up(layer):
        params["round_mode"] = "FLOOR"
    return replace(layer, params=params)
