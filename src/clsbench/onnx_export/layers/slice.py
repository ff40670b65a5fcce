"""Slice: a blob cut into pieces along an axis."""

from clsbench.caffe.shapes.joining import slice_axis
from clsbench.onnx_export.site import Site


def slice_blob(site: Site) -> None:
    """Split, as ONNX calls it."""
    if len(site.tops) == 1:
        site.finish("Identity", site.layer.bottoms)
        return
    axis = slice_axis(site.layer, site.bottoms[0].shape)
    sizes = site.wholes("sizes", [top.shape[axis] for top in site.tops])
    site.finish("Split", [*site.layer.bottoms, sizes], {"axis": axis})
