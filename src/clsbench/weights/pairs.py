"""The vocabulary of a family's mapping: a module of the source and the Caffe layers that it fills."""

from dataclasses import dataclass
from typing import TypeAlias

from clsbench.zoo.builder import Style


@dataclass(frozen=True)
class Product:
    """A convolution or a fully connected layer: the weight, and the bias if Caffe's layer has one.

    ``kernel`` says how the source's shape differs. None: it does not. k >= 1: the source has a convolution
    (out, in / k², k, k) where Caffe has an InnerProduct (out, in). 0: the source has (out, in) where Caffe has a 1x1
    convolution (out, in, 1, 1). The order of the numbers is the same in all of them.
    """

    layer: str
    module: str
    kernel: int | None = None


@dataclass(frozen=True)
class Norm:
    """A BatchNorm (mean, variance, factor) and its Scale (gamma, beta)."""

    batch_norm: str
    scale: str
    module: str


Pair: TypeAlias = Product | Norm


def norm_of(style: Style, layer: str, module: str) -> Norm:
    """The BatchNorm and the Scale that ``style`` names after ``layer``."""
    return Norm(style.norm(layer), style.scale(layer), module)


def cell(style: Style, layer: str, product: str, norm: str) -> tuple[Product, Norm]:
    """A convolution ``layer`` with the BatchNorm and Scale after it, and their two modules in the source."""
    return Product(layer, product), norm_of(style, layer, norm)
