"""Sigmoid: 1 / (1 + exp(-x))."""

from clsbench.onnx_export.site import Site


def sigmoid(site: Site) -> None:
    """Sigmoid."""
    site.finish("Sigmoid", site.layer.bottoms)
