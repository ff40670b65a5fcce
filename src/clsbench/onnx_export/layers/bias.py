"""Bias: numbers added along some axes, its own or the second bottom's."""

from clsbench.onnx_export.factors import bottom_factor, own_factor
from clsbench.onnx_export.site import Site


def bias(site: Site) -> None:
    """Add."""
    layer = site.layer
    added = bottom_factor(site) if len(layer.bottoms) == 2 else own_factor(site, "bias", layer.blobs[0])
    site.finish("Add", [layer.bottoms[0], added])
