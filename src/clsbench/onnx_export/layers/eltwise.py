"""Eltwise: sum with coefficients, product or maximum of blobs of the same shape."""

from functools import reduce

from clsbench.caffe.settings import reals, word
from clsbench.onnx_export.site import Site


def eltwise(site: Site) -> None:
    """Add, Mul or Max; a coefficient other than 1 is a separate Mul."""
    layer = site.layer
    operation = word(layer, "operation")
    if operation == "MAX":
        site.finish("Max", layer.bottoms)
        return
    values = list(layer.bottoms)
    if operation == "SUM":
        coefficients = reals(layer, "coeff") or (1.0,) * len(values)
        values = [_scaled(site, *pair) for pair in zip(values, coefficients, strict=True)]
    operator = {"SUM": "Add", "PROD": "Mul"}[operation]
    site.finish(operator, [reduce(lambda left, right: site.step(operator, [left, right]), values[:-1]), values[-1]])


def _scaled(site: Site, value: str, coefficient: float) -> str:
    return value if coefficient == 1.0 else site.step("Mul", [value, site.number("coefficient", coefficient)])
