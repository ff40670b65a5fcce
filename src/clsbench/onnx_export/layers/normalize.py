"""Normalize: each pixel's channels, or the whole image, divided by their length, and scaled."""

from clsbench.caffe.settings import flag, real
from clsbench.onnx_export.site import Site


def normalize(site: Site) -> None:
    """SSD's normalize_layer.cpp: x / sqrt(sum of squares + eps) * scale; eps outside the root if Synopsys says so."""
    layer = site.layer
    (x,) = layer.bottoms
    rank = site.bottoms[0].rank
    squares = site.step("Mul", [x, x])
    # Places and channels in two steps, because OpenCV 5.0.0 sums them wrongly in one.
    for axes in (tuple(range(2, rank)) if flag(layer, "across_spatial") else (), (1,)):
        if axes:
            squares = site.step("ReduceSum", [squares, site.wholes("axes", axes)], {"keepdims": 1})
    eps = site.number("eps", real(layer, "eps"))
    if flag(layer, "add_eps_before_sqrt"):
        length = site.step("Sqrt", [site.step("Add", [squares, eps])])
    else:
        length = site.step("Add", [site.step("Sqrt", [squares]), eps])
    scale = layer.blobs[0] if flag(layer, "channel_shared") else layer.blobs[0].reshape(-1, *(1,) * (rank - 2))
    site.finish("Mul", [site.step("Div", [x, length]), site.tensor("scale", scale)])
