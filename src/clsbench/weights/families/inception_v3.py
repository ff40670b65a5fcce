"""timm's Inception v3: which module is which layer of the published network."""

from collections.abc import Iterator

from clsbench.weights.families.inception import EPS, block, convolution
from clsbench.weights.mapping import WeightsMapping
from clsbench.weights.pairs import Pair, Product


def inception_v3() -> WeightsMapping:
    """The network of torchvision's class, whose last block averages while the published network takes the maximum."""
    return WeightsMapping(
        pairs=tuple(_v3()),
        eps=EPS,
        not_needed=("AuxLogits.*",),
        settings={"inception_c2_pool": {"pool": "AVE"}},
    )


def _v3() -> Iterator[Pair]:
    for layer, module in _STEM.items():
        yield from convolution(layer, module)
    for number, letter in enumerate("bcd", 1):
        yield from block(f"inception_a{number}", f"Mixed_5{letter}", _A)
    yield from block("reduction_a", "Mixed_6a", _REDUCTION_A)
    for number, letter in enumerate("bcde", 1):
        yield from block(f"inception_b{number}", f"Mixed_6{letter}", _B)
    yield from block("reduction_b", "Mixed_7a", _REDUCTION_B)
    for number, letter in enumerate("bc", 1):
        yield from block(f"inception_c{number}", f"Mixed_7{letter}", _C)
    yield Product("classifier", "fc")


_STEM = {
    "conv1_3x3_s2": "Conv2d_1a_3x3",
    "conv2_3x3_s1": "Conv2d_2a_3x3",
    "conv3_3x3_s1": "Conv2d_2b_3x3",
    "conv4_3x3_reduce": "Conv2d_3b_1x1",
    "conv4_3x3": "Conv2d_4a_3x3",
}
_A = {
    "1x1": "branch1x1",
    "5x5_reduce": "branch5x5_1",
    "5x5": "branch5x5_2",
    "3x3_reduce": "branch3x3dbl_1",
    "3x3_1": "branch3x3dbl_2",
    "3x3_2": "branch3x3dbl_3",
    "pool_proj": "branch_pool",
}
_REDUCTION_A = {
    "3x3": "branch3x3",
    "3x3_2_reduce": "branch3x3dbl_1",
    "3x3_2": "branch3x3dbl_2",
    "3x3_3": "branch3x3dbl_3",
}
_B = {
    "1x1_2": "branch1x1",
    "1x7_reduce": "branch7x7_1",
    "1x7": "branch7x7_2",
    "7x1": "branch7x7_3",
    "7x1_reduce": "branch7x7dbl_1",
    "7x1_2": "branch7x7dbl_2",
    "1x7_2": "branch7x7dbl_3",
    "7x1_3": "branch7x7dbl_4",
    "1x7_3": "branch7x7dbl_5",
    "1x1": "branch_pool",
}
_REDUCTION_B = {
    "3x3_reduce": "branch3x3_1",
    "3x3": "branch3x3_2",
    "1x7_reduce": "branch7x7x3_1",
    "1x7": "branch7x7x3_2",
    "7x1": "branch7x7x3_3",
    "3x3_2": "branch7x7x3_4",
}
_C = {
    "1x1_2": "branch1x1",
    "1x3_reduce": "branch3x3_1",
    "1x3": "branch3x3_2a",
    "3x1": "branch3x3_2b",
    "3x3_reduce": "branch3x3dbl_1",
    "3x3": "branch3x3dbl_2",
    "1x3_2": "branch3x3dbl_3a",
    "3x1_2": "branch3x3dbl_3b",
    "1x1": "branch_pool",
}
