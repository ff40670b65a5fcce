"""The base of Exp and Log layers."""

import math

from clsbench.caffe.net import Layer
from clsbench.caffe.settings import real
from clsbench.errors import NetError


def natural_log_of_base(layer: Layer) -> float:
    """log(base), 1 for base -1, which stands for e; raises NetError if the base has no logarithm."""
    base = real(layer, "base")
    if base == -1.0:
        return 1.0
    if not 0.0 < base < math.inf:
        raise NetError(f"{layer}: base {base} must be positive, or -1 for e")
    return math.log(base)
