"""A fully convolutional net as a classifier: the scores of all places are combined into one score per class."""

from dataclasses import replace

from clsbench.caffe.net import Layer, Net
from clsbench.caffe.shapes import output_of
from clsbench.errors import ConfigError

_POOLS = {"mean": "AVE", "max": "MAX"}


def over_places(net: Net, dense: str) -> Net:
    """``net`` with a global pool over its single output (batch, class, height, width): the ``mean`` or ``max``."""
    if dense not in _POOLS:
        raise ConfigError(f"model.dense={dense}: choose {' or '.join(_POOLS)}, or null")
    output, _ = output_of(net)
    name = f"{output}_{dense}"
    pool = Layer(name, "Pooling", (output,), (name,), {"pool": _POOLS[dense], "global_pooling": True})
    return replace(net, layers=(*net.layers, pool))
