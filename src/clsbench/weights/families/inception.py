"""Shared parts of timm's Inception networks: how their modules name a convolution, and how they average."""

from collections.abc import Iterator, Mapping

from clsbench.weights.pairs import Pair, cell
from clsbench.zoo.builder import TENSORFLOW

EPS = 0.001  # TensorFlow's
# Both networks converted from TensorFlow have an average pool whose windows extend over the border.
DIVISOR = (
    "timm's 3x3 average pools divide only by the number of pixels inside the image, as TensorFlow's do; those of the "
    "published network always divide by 9, as Caffe's do"
)
# The block from 35 x 35 pixels to 17 x 17.
REDUCTION_A = {"3x3": "branch0", "3x3_2_reduce": "branch1.0", "3x3_2": "branch1.1", "3x3_3": "branch1.2"}


def convolution(layer: str, module: str) -> tuple[Pair, ...]:
    """A convolution with its BatchNorm."""
    return cell(TENSORFLOW, layer, f"{module}.conv", f"{module}.bn")


def block(layer: str, module: str, parts: Mapping[str, str]) -> Iterator[Pair]:
    """The convolutions ``layer_part`` of one block, each with its BatchNorm; ``parts`` names their branches."""
    for part, branch in parts.items():
        yield from convolution(f"{layer}_{part}", f"{module}.{branch}")
