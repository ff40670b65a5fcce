"""timm's Inception v4: which module is which layer of the published network."""

from collections.abc import Iterator

from clsbench.weights.families.inception import DIVISOR, EPS, REDUCTION_A, block, convolution
from clsbench.weights.mapping import WeightsMapping
from clsbench.weights.pairs import Pair, Product


def inception_v4() -> WeightsMapping:
    """TensorFlow's weights."""
    return WeightsMapping(pairs=tuple(_v4()), eps=EPS, differences=(DIVISOR,))


def _v4() -> Iterator[Pair]:
    for number, layer in enumerate(("conv1_3x3_s2", "conv2_3x3_s1", "conv3_3x3_s1")):
        yield from convolution(layer, f"features.{number}")
    yield from convolution("inception_stem1_3x3_s2", "features.3.conv")
    yield from block("inception_stem2", "features.4", _STEM_2)
    yield from convolution("inception_stem3_3x3_s2", "features.5.conv")
    for number in range(1, 5):
        yield from block(f"inception_a{number}", f"features.{5 + number}", _A)
    yield from block("reduction_a", "features.10", REDUCTION_A)
    for number in range(1, 8):
        yield from block(f"inception_b{number}", f"features.{10 + number}", _B)
    yield from block("reduction_b", "features.18", _REDUCTION_B)
    for number in range(1, 4):
        yield from block(f"inception_c{number}", f"features.{18 + number}", _C)
    yield Product("classifier", "last_linear")


_STEM_2 = {
    "3x3_reduce": "branch0.0",
    "3x3": "branch0.1",
    "1x7_reduce": "branch1.0",
    "1x7": "branch1.1",
    "7x1": "branch1.2",
    "3x3_2": "branch1.3",
}
_A = {
    "1x1_2": "branch0",
    "3x3_reduce": "branch1.0",
    "3x3": "branch1.1",
    "3x3_2_reduce": "branch2.0",
    "3x3_2": "branch2.1",
    "3x3_3": "branch2.2",
    "1x1": "branch3.1",
}
_B = {
    "1x1_2": "branch0",
    "1x7_reduce": "branch1.0",
    "1x7": "branch1.1",
    "7x1": "branch1.2",
    "7x1_2_reduce": "branch2.0",
    "7x1_2": "branch2.1",
    "1x7_2": "branch2.2",
    "7x1_3": "branch2.3",
    "1x7_3": "branch2.4",
    "1x1": "branch3.1",
}
_REDUCTION_B = {
    "3x3_reduce": "branch0.0",
    "3x3": "branch0.1",
    "1x7_reduce": "branch1.0",
    "1x7": "branch1.1",
    "7x1": "branch1.2",
    "3x3_2": "branch1.3",
}
_C = {
    "1x1_2": "branch0",
    "1x1_3": "branch1_0",
    "1x3": "branch1_1a",
    "3x1": "branch1_1b",
    "1x1_4": "branch2_0",
    "3x1_2": "branch2_1",
    "1x3_2": "branch2_2",
    "1x3_3": "branch2_3a",
    "3x1_3": "branch2_3b",
    "1x1": "branch3.1",
}
