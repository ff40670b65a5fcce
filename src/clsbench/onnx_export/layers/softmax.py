"""Softmax along an axis."""

from clsbench.caffe.axes import axis_of
from clsbench.caffe.settings import whole
from clsbench.onnx_export.site import Site


def softmax(site: Site) -> None:
    """Softmax."""
    axis = axis_of(site.layer, site.bottoms[0].shape, whole(site.layer, "axis"))
    site.finish("Softmax", site.layer.bottoms, {"axis": axis})
