"""BNLL: log(1 + exp(x)), which ONNX calls Softplus."""

from clsbench.onnx_export.site import Site


def bnll(site: Site) -> None:
    """max(x, 0) + Softplus(-|x|), as bnll_layer.cpp splits it: exp(x) itself overflows in OpenCV's Softplus."""
    (x,) = site.layer.bottoms
    below_zero = site.step("Neg", [site.step("Abs", [x])])
    site.finish("Add", [site.step("Relu", [x]), site.step("Softplus", [below_zero])])
