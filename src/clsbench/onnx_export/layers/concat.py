"""Concat: blobs side by side."""

from clsbench.caffe.shapes.joining import concat_axis
from clsbench.onnx_export.site import Site


def concat(site: Site) -> None:
    """Concat."""
    site.finish("Concat", site.layer.bottoms, {"axis": concat_axis(site.layer, site.bottoms[0].shape)})
