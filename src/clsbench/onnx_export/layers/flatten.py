"""Flatten: merges several axes into one."""

from clsbench.onnx_export.site import Site


def flatten(site: Site) -> None:
    """Reshape."""
    site.finish("Reshape", [*site.layer.bottoms, site.wholes("shape", site.tops[0].reshape_target)])
