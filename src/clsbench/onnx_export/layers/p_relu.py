"""PReLU: ReLU with a learned slope for negative numbers, one per channel or one for all."""

from clsbench.caffe.settings import flag
from clsbench.onnx_export.site import Site


def p_relu(site: Site) -> None:
    """PRelu."""
    layer = site.layer
    behind = (1,) * (site.bottoms[0].rank - 2)
    slope = layer.blobs[0].reshape(1 if flag(layer, "channel_shared") else -1, *behind)
    site.finish("PRelu", [*layer.bottoms, site.tensor("slope", slope)])
