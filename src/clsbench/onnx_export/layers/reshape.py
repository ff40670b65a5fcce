"""Reshape: the same numbers in another shape."""

from clsbench.onnx_export.site import Site


def reshape(site: Site) -> None:
    """Reshape, all of Caffe's rules already worked out; -1 stands for the axis that grows with the batch."""
    site.finish("Reshape", [*site.layer.bottoms, site.wholes("shape", site.tops[0].reshape_target)])
