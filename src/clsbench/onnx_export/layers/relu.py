"""ReLU, with or without a slope for negative numbers."""

from clsbench.caffe.settings import real
from clsbench.onnx_export.site import Site


def relu(site: Site) -> None:
    """Relu or LeakyRelu."""
    slope = real(site.layer, "negative_slope")
    if slope == 0.0:
        site.finish("Relu", site.layer.bottoms)
    else:
        site.finish("LeakyRelu", site.layer.bottoms, {"alpha": slope})
