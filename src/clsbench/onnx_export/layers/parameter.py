"""Parameter: weights as a blob."""

from clsbench.onnx_export.site import Site


def parameter(site: Site) -> None:
    """Identity of a constant."""
    site.finish("Identity", site.weights())
