"""TanH: the hyperbolic tangent."""

from clsbench.onnx_export.site import Site


def tan_h(site: Site) -> None:
    """Tanh."""
    site.finish("Tanh", site.layer.bottoms)
