"""Swish: x * sigmoid(beta * x)."""

from clsbench.caffe.settings import real
from clsbench.onnx_export.site import Site


def swish(site: Site) -> None:
    """Sigmoid and Mul."""
    (x,) = site.layer.bottoms
    beta = real(site.layer, "beta")
    inner = x if beta == 1.0 else site.step("Mul", [x, site.number("beta", beta)])
    site.finish("Mul", [x, site.step("Sigmoid", [inner])])
