"""Reshape: the same numbers in another shape; or channels as pixels, Synopsys' pixelshuffler."""

from clsbench.caffe.settings import whole
from clsbench.onnx_export.site import Site


def reshape(site: Site) -> None:
    """Reshape, or what pixelshuffler requires."""
    factor = whole(site.layer, "pixelshuffler")
    if factor == 1:
        _reshape(site)
        return
    _, channels, height, width = site.bottoms[0].shape
    parted = (-1, channels // factor**2, factor, factor, height, width)
    mixed = site.step("Transpose", [site.reshaped(site.layer.bottoms[0], parted)], {"perm": (0, 1, 4, 2, 5, 3)})
    site.finish("Reshape", [mixed, site.wholes("top_shape", site.tops[0].reshape_target)])


def _reshape(site: Site) -> None:
    """Reshape with all of Caffe's rules already resolved; -1 stands for the axis that grows with the batch."""
    site.finish("Reshape", [*site.layer.bottoms, site.wholes("shape", site.tops[0].reshape_target)])
