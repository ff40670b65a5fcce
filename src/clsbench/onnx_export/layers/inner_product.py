"""InnerProduct: everything from an axis on, as one vector, times a matrix."""

from clsbench.caffe.axes import axis_of, count
from clsbench.caffe.settings import flag, whole
from clsbench.onnx_export.site import Site


def inner_product(site: Site) -> None:
    """Gemm, between Reshapes unless the blob is already a matrix."""
    layer, bottom = site.layer, site.bottoms[0]
    axis = axis_of(layer, bottom.shape, whole(layer, "axis"))
    value = layer.bottoms[0]
    if (bottom.rank, axis) != (2, 1):
        value = site.reshaped(value, (-1, count(bottom.shape[axis:])))
    operands = [value, *site.weights()]
    attributes = {"transB": 0 if flag(layer, "transpose") else 1}  # Caffe stores (output, input) by default
    if axis == 1:
        site.finish("Gemm", operands, attributes)
        return
    product = site.step("Gemm", operands, attributes)
    site.finish("Reshape", [product, site.wholes("top_shape", site.tops[0].reshape_target)])
