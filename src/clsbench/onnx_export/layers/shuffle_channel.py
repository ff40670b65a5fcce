"""ShuffleChannel: the channels dealt out like cards, one from each group in turn."""

from clsbench.caffe.settings import whole
from clsbench.onnx_export.site import Site


def shuffle_channel(site: Site) -> None:
    """Reshape, Transpose and Reshape: shuffle_channel_layer.cpp of the ShuffleNet forks."""
    _, channels, height, width = site.bottoms[0].shape
    group = whole(site.layer, "group")
    parted = site.reshaped(site.layer.bottoms[0], (-1, group, channels // group, height, width))
    dealt = site.step("Transpose", [parted], {"perm": (0, 2, 1, 3, 4)})
    site.finish("Reshape", [dealt, site.wholes("top_shape", (-1, channels, height, width))])
