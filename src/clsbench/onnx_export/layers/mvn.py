"""MVN: normalises each image, or each of its channels, to mean 0 and, optionally, standard deviation 1."""

from clsbench.caffe.settings import flag, real
from clsbench.onnx_export.site import Site


def mvn(site: Site) -> None:
    """mvn_layer.cpp: (x - mean) / (std + eps), with eps outside the root and std over all numbers (no n - 1)."""
    layer = site.layer
    axes = (1, 2, 3) if flag(layer, "across_channels") else (2, 3)
    mean = site.step("ReduceMean", layer.bottoms, {"axes": axes, "keepdims": 1})
    if not flag(layer, "normalize_variance"):
        site.finish("Sub", [layer.bottoms[0], mean])
        return
    centred = site.step("Sub", [layer.bottoms[0], mean])
    square = site.step("Mul", [centred, centred])
    std = site.step("Sqrt", [site.step("ReduceMean", [square], {"axes": axes, "keepdims": 1})])
    site.finish("Div", [centred, site.step("Add", [std, site.number("eps", real(layer, "eps"))])])
