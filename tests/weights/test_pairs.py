from clsbench.weights.pairs import Norm, Product, cell, norm_of
from clsbench.zoo.resnet import STYLE
from clsbench.zoo.squeeze_excitation import OFFICIAL


def test_a_norm_is_called_as_the_familys_style_calls_it() -> None:
    assert norm_of(OFFICIAL, "conv1/7x7_s2", "bn1") == Norm("conv1/7x7_s2/bn", "conv1/7x7_s2/bn/scale", "bn1")
    assert norm_of(STYLE, "res2a_branch1", "bn1") == Norm("bn2a_branch1", "scale2a_branch1", "bn1")


def test_a_cell_is_a_convolution_and_its_norm() -> None:
    assert cell(STYLE, "conv1", "stem", "bn") == (Product("conv1", "stem"), Norm("bn_conv1", "scale_conv1", "bn"))
