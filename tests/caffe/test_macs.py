from clsbench.caffe.macs import macs
from clsbench.caffe.net import Layer, Net


def test_convolutions_and_inner_products_are_counted_for_one_image_and_all_else_is_free() -> None:
    layers = (
        Layer("c", "Convolution", ("data",), ("c",), {"num_output": 6, "kernel_size": (3,), "group": 3}),
        Layer("r", "ReLU", ("c",), ("c",)),
        Layer("w", "ConvolutionDepthwise", ("c",), ("w",), {"num_output": 6, "kernel_size": (3,)}),
        Layer("d", "Deconvolution", ("w",), ("d",), {"num_output": 2, "kernel_size": (2,), "stride": (2,)}),
        Layer("f", "InnerProduct", ("d",), ("f",), {"num_output": 10}),
    )
    expected = 6 * 8 * 8 * 9 + 6 * 6 * 6 * 9 + 6 * 6 * 6 * (2 * 2 * 2) + 10 * (2 * 12 * 12)
    assert macs(Net("n", {"data": (5, 3, 10, 10)}, layers)) == expected
