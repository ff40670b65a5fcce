"""Power: (shift + scale * x) ** power."""

import math

import numpy as np

from clsbench.caffe.settings import real
from clsbench.errors import NetError
from clsbench.onnx_export.site import Site, Step


def power(site: Site) -> None:
    """Mul, Add and Pow, as far as they have an effect."""
    layer = site.layer
    exponent, scale, shift = real(layer, "power"), real(layer, "scale"), real(layer, "shift")
    if exponent * scale == 0.0:
        _constant(site, exponent, shift)
        return
    steps: list[Step] = []
    if scale != 1.0:
        steps.append(("Mul", [site.number("scale", scale)]))
    if shift != 0.0:
        steps.append(("Add", [site.number("shift", shift)]))
    if exponent != 1.0:
        steps.append(("Pow", [site.number("power", exponent)]))
    site.chain(layer.bottoms[0], steps)


def _constant(site: Site, exponent: float, shift: float) -> None:
    """power_layer.cpp: if scale or power is 0, shift ** power whatever x is; 0 ** 0 is 1."""
    with np.errstate(all="ignore"):
        value = 1.0 if exponent == 0.0 else float(np.power(np.float64(shift), exponent))
    if math.isnan(value):
        raise NetError(f"{site.layer}: shift {shift} to the power of {exponent} is not a number; give another shift")
    bound = site.number("value", value)
    site.finish("Clip", [*site.layer.bottoms, bound, bound])
