"""AbsVal: |x|."""

from clsbench.onnx_export.site import Site


def abs_val(site: Site) -> None:
    """Abs."""
    site.finish("Abs", site.layer.bottoms)
