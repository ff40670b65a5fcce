"""CReLU: the ReLU of a blob and of its negative, side by side."""

from clsbench.caffe.axes import axis_of
from clsbench.caffe.settings import real, whole
from clsbench.onnx_export.site import Site


def c_relu(site: Site) -> None:
    """Neg, Concat, and Relu or LeakyRelu on both: crelu_layer.cpp."""
    (x,) = site.layer.bottoms
    axis = axis_of(site.layer, site.bottoms[0].shape, whole(site.layer, "concat_axis"))
    both = site.step("Concat", [x, site.step("Neg", [x])], {"axis": axis})
    slope = real(site.layer, "negative_slope")
    if slope == 0.0:
        site.finish("Relu", [both])
    else:
        site.finish("LeakyRelu", [both], {"alpha": slope})
