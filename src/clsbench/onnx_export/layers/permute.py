"""Permute: axes in another order."""

from clsbench.caffe.shapes.reshaping import permute_order
from clsbench.onnx_export.site import Site


def permute(site: Site) -> None:
    """Transpose."""
    site.finish("Transpose", site.layer.bottoms, {"perm": permute_order(site.layer, site.bottoms[0].shape)})
