import pytest

from clsbench.caffe.blob_shapes import blob_shapes
from clsbench.caffe.net import Layer, Shape, Value

IMAGE: Shape = (2, 6, 8, 9)


@pytest.mark.parametrize(
    ("layer_type", "params", "shapes"),
    [
        ("Convolution", {"num_output": 4, "kernel_h": 1, "kernel_w": 7, "group": 2}, ((4, 3, 1, 7), (4,))),
        ("Deconvolution", {"num_output": 4, "kernel_size": (3,), "group": 2}, ((6, 2, 3, 3), (4,))),
        ("ConvolutionDepthwise", {"num_output": 6, "kernel_size": (3,), "bias_term": False}, ((6, 1, 3, 3),)),
        ("DepthwiseConvolution", {"num_output": 6, "kernel_size": (3,), "group": 6}, ((6, 1, 3, 3), (6,))),
        ("InnerProduct", {"num_output": 5}, ((5, 432), (5,))),
        ("InnerProduct", {"num_output": 5, "transpose": True, "axis": 3, "bias_term": False}, ((9, 5),)),
        ("BatchNorm", {}, ((6,), (6,), (1,))),
        ("Scale", {}, ((6,),)),
        ("Scale", {"bias_term": True, "num_axes": -1}, ((6, 8, 9), (6, 8, 9))),
        ("Bias", {"axis": 0, "num_axes": 2}, ((2, 6),)),
        ("PReLU", {}, ((6,),)),
        ("PReLU", {"channel_shared": True}, ((),)),
        ("ReLU", {}, ()),
    ],
)
def test_a_layer_has_caffes_weights(layer_type: str, params: dict[str, Value], shapes: tuple[Shape, ...]) -> None:
    assert blob_shapes(Layer("it", layer_type, ("a",), ("b",), params), [IMAGE]) == shapes


def test_factors_from_a_second_bottom_leave_only_the_bias_as_a_weight() -> None:
    layer = Layer("it", "Scale", ("a", "f"), ("b",), {"axis": 0, "bias_term": True})
    assert blob_shapes(layer, [IMAGE, (2, 6)]) == ((2, 6),)
    assert blob_shapes(Layer("it", "Bias", ("a", "f"), ("b",), {"axis": 0}), [IMAGE, (2, 6)]) == ()
