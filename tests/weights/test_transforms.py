import numpy as np

from clsbench.weights.pairs import Norm, Product
from clsbench.weights.transforms import layers_of, red_and_blue_swapped, source_shapes_of


def test_a_convolution_of_the_source_can_be_an_inner_product_of_caffe_and_the_reverse() -> None:
    shapes = {"fc": ((10, 4 * 49), (10,)), "conv": ((10, 4, 1, 1),)}
    assert source_shapes_of(Product("fc", "m", kernel=7), shapes) == {"m.weight": (10, 4, 7, 7), "m.bias": (10,)}
    assert source_shapes_of(Product("fc", "m", kernel=1), shapes)["m.weight"] == (10, 196, 1, 1)
    assert source_shapes_of(Product("fc", "m"), shapes)["m.weight"] == (10, 196)
    assert source_shapes_of(Product("conv", "m", kernel=0), shapes) == {"m.weight": (10, 4)}


def test_a_norm_fills_two_layers() -> None:
    assert layers_of(Norm("bn", "scale", "m")) == ("bn", "scale")
    assert layers_of(Product("conv", "m")) == ("conv",)


def test_red_and_blue_swapped_twice_are_as_before() -> None:
    weight = np.random.default_rng(0).random((2, 3, 5, 5), np.float32)
    swapped = red_and_blue_swapped(weight)
    np.testing.assert_array_equal(swapped[:, 0], weight[:, 2])
    np.testing.assert_array_equal(swapped[:, 1], weight[:, 1])
    np.testing.assert_array_equal(red_and_blue_swapped(swapped), weight)
