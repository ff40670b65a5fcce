"""LRN: x divided by a power of the mean square around it, across channels or within one."""

from clsbench.caffe.settings import real, whole, word
from clsbench.onnx_export.graph import Attributes
from clsbench.onnx_export.site import Site


def lrn(site: Site) -> None:
    """LRN, or nodes for its within-channel form, which ONNX does not have."""
    layer = site.layer
    if word(layer, "norm_region") == "WITHIN_CHANNEL":
        _within_channel(site)
        return
    attributes = {
        "size": whole(layer, "local_size"),
        "alpha": real(layer, "alpha"),
        "beta": real(layer, "beta"),
        "bias": real(layer, "k"),
    }
    site.finish("LRN", layer.bottoms, attributes)


def _within_channel(site: Site) -> None:
    """lrn_layer.cpp: x * (1 + alpha * AVE pool of x * x) ** -beta; k is ignored."""
    layer = site.layer
    (x,) = layer.bottoms
    size = whole(layer, "local_size")
    pool: Attributes = {"kernel_shape": (size, size), "pads": (size // 2,) * 4, "count_include_pad": 1}
    mean_square = site.step("AveragePool", [site.step("Mul", [x, x])], pool)
    weighted = site.step("Mul", [mean_square, site.number("alpha", real(layer, "alpha"))])
    shifted = site.step("Add", [weighted, site.number("one", 1.0)])
    site.finish("Mul", [x, site.step("Pow", [shifted, site.number("power", -real(layer, "beta"))])])
