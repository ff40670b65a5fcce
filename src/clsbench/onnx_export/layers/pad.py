"""Pad: numbers added around a blob."""

from clsbench.caffe.settings import real, wholes
from clsbench.onnx_export.site import Site


def pad(site: Site) -> None:
    """Pad with one number: Synopsys' pad_layer.cpp puts the two of an axis side by side, ONNX all beginnings first."""
    pads = wholes(site.layer, "paddings")
    value = site.number("constant", real(site.layer, "constant_values"))
    site.finish("Pad", [*site.layer.bottoms, site.wholes("pads", (*pads[::2], *pads[1::2])), value])
