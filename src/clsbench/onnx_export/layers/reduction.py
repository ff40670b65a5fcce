"""Reduction: everything from an axis on, as one number."""

from clsbench.caffe.axes import axis_of
from clsbench.caffe.settings import real, whole, word
from clsbench.onnx_export.site import Site


def reduction(site: Site) -> None:
    """ReduceSum or ReduceMean, then Mul by the coefficient."""
    layer, bottom = site.layer, site.bottoms[0]
    (value,) = layer.bottoms
    axes = range(axis_of(layer, bottom.shape, whole(layer, "axis")), bottom.rank)
    operation, coefficient = word(layer, "operation"), real(layer, "coeff")
    if operation == "ASUM":
        value = site.step("Abs", [value])  # OpenVINO 2026.4 keeps the axes in ONNX's own ReduceL1
    elif operation == "SUMSQ":
        value = site.step("Mul", [value, value])
    if operation == "MEAN":
        total = site.step("ReduceMean", [value], {"axes": list(axes), "keepdims": 0})
    else:
        total = site.step("ReduceSum", [value, site.wholes("axes", list(axes))], {"keepdims": 0})
    site.chain(total, [] if coefficient == 1.0 else [("Mul", [site.number("coefficient", coefficient)])])
