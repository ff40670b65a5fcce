"""Exp: base ** (shift + scale * x); base -1 stands for e."""

import numpy as np

from clsbench.caffe.settings import real
from clsbench.onnx_export.logarithm import natural_log_of_base
from clsbench.onnx_export.site import Site, Step


def exp(site: Site) -> None:
    """exp_layer.cpp: exp(log(base) * scale * x) * base ** shift."""
    layer = site.layer
    log_base = natural_log_of_base(layer)
    inner = log_base * real(layer, "scale")
    with np.errstate(over="ignore"):  # infinity is also Caffe's result
        outer = float(np.exp(np.float64(log_base * real(layer, "shift"))))
    steps: list[Step] = [("Exp", ())]
    if inner != 1.0:
        steps.insert(0, ("Mul", [site.number("inner_scale", inner)]))
    if outer != 1.0:
        steps.append(("Mul", [site.number("outer_scale", outer)]))
    site.chain(layer.bottoms[0], steps)
