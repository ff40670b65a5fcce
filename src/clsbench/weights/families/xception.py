"""timm's legacy Xception: which module is which layer of the published network."""

from collections.abc import Iterator

from clsbench.weights.mapping import WeightsMapping
from clsbench.weights.pairs import Pair, Product, cell, norm_of
from clsbench.zoo.builder import TENSORFLOW

_DIFFERENCES = (
    "timm adds 0.00001 to the variances; Keras, which trained the weights, and the published network add 0.001. "
    "Whether the variances of timm's file make up for that is not known",
    "timm pads the pool of block 2 by one pixel on each side; Keras and the published network only at its end",
)
_HALVING = (1, 2, 3, 12)


def xception() -> WeightsMapping:
    """Keras's weights."""
    return WeightsMapping(pairs=tuple(_pairs()), eps=0.001, differences=_DIFFERENCES)


def _pairs() -> Iterator[Pair]:
    for number in (1, 2):
        yield from cell(TENSORFLOW, f"conv{number}", f"conv{number}", f"bn{number}")
    for number in range(1, 13):
        yield from _block(f"xception{number}", f"block{number}", number)
    for number in (3, 4):
        yield from _separable(f"conv{number}", f"conv{number}", f"bn{number}")
    yield Product("classifier", "fc")


def _block(layer: str, module: str, number: int) -> Iterator[Pair]:
    if number in _HALVING:
        yield from cell(TENSORFLOW, f"{layer}_match_conv", f"{module}.skip", f"{module}.skipbn")
    begin = 0 if number == 1 else 1  # after the ReLU with which all blocks except the first begin
    for index in range(2 if number in _HALVING else 3):
        place = begin + 3 * index  # a convolution, its BatchNorm, a ReLU
        yield from _separable(f"{layer}_conv{index + 1}", f"{module}.rep.{place}", f"{module}.rep.{place + 1}")


def _separable(layer: str, module: str, norm: str) -> Iterator[Pair]:
    yield Product(f"{layer}_1", f"{module}.conv1")
    yield Product(f"{layer}_2", f"{module}.pointwise")
    yield norm_of(TENSORFLOW, layer, norm)
