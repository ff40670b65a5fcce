"""timm's Inception-ResNet v2: which module is which layer of the published network."""

from collections.abc import Iterator, Mapping

from clsbench.weights.families.inception import DIVISOR, EPS, REDUCTION_A, block, convolution
from clsbench.weights.mapping import WeightsMapping
from clsbench.weights.pairs import Pair, Product


def inception_resnet_v2() -> WeightsMapping:
    """TensorFlow's weights."""
    return WeightsMapping(pairs=tuple(_resnet_v2()), eps=EPS, differences=(DIVISOR,))


def _resnet_v2() -> Iterator[Pair]:
    for layer, module in _STEM.items():
        yield from convolution(layer, module)
    yield from block("conv5", "mixed_5b", _STEM_BLOCK)
    for number in range(1, 11):
        yield from _residual(f"a{number}", f"repeat.{number - 1}", _A)
    yield from block("reduction_a", "mixed_6a", REDUCTION_A)
    for number in range(1, 21):
        yield from _residual(f"b{number}", f"repeat_1.{number - 1}", _B)
    yield from block("reduction_b", "mixed_7a", _REDUCTION_B)
    for number in range(1, 10):
        yield from _residual(f"c{number}", f"repeat_2.{number - 1}", _C)
    yield from _residual("c10", "block8", _C)
    yield from convolution("conv6_1x1", "conv2d_7b")
    yield Product("classifier", "classif")


def _residual(place: str, module: str, parts: Mapping[str, str]) -> Iterator[Pair]:
    yield from block(f"inception_resnet_v2_{place}", module, parts)
    yield Product(f"inception_resnet_v2_{place}_up", f"{module}.conv2d")


_STEM = {
    "conv1_3x3_s2": "conv2d_1a",
    "conv2_3x3_s1": "conv2d_2a",
    "conv3_3x3_s1": "conv2d_2b",
    "conv4_3x3_reduce": "conv2d_3b",
    "conv4_3x3": "conv2d_4a",
}
_STEM_BLOCK = {
    "1x1": "branch0",
    "5x5_reduce": "branch1.0",
    "5x5": "branch1.1",
    "3x3_reduce": "branch2.0",
    "3x3": "branch2.1",
    "3x3_2": "branch2.2",
    "1x1_ave": "branch3.1",
}
_A = {
    "1x1": "branch0",
    "3x3_reduce": "branch1.0",
    "3x3": "branch1.1",
    "3x3_2_reduce": "branch2.0",
    "3x3_2": "branch2.1",
    "3x3_3": "branch2.2",
}
_B = {"1x1": "branch0", "1x7_reduce": "branch1.0", "1x7": "branch1.1", "7x1": "branch1.2"}
_REDUCTION_B = {
    "3x3_reduce": "branch0.0",
    "3x3": "branch0.1",
    "3x3_2_reduce": "branch1.0",
    "3x3_2": "branch1.1",
    "3x3_3_reduce": "branch2.0",
    "3x3_3": "branch2.1",
    "3x3_4": "branch2.2",
}
_C = {"1x1": "branch0", "1x3_reduce": "branch1.0", "1x3": "branch1.1", "3x1": "branch1.2"}
