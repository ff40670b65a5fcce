"""Mish: x * tanh(log(1 + exp(x)))."""

from clsbench.onnx_export.site import Site


def mish(site: Site) -> None:
    """Softplus, Tanh and Mul (Synopsys' mish_layer.cpp)."""
    (x,) = site.layer.bottoms
    site.finish("Mul", [x, site.step("Tanh", [site.step("Softplus", [x])])])
