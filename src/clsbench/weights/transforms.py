"""Converts one pair's numbers from the source to Caffe and back, bitwise the same if BatchNorm's factor is 1."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clsbench.caffe.net import Blob, Shape
from clsbench.errors import WeightsError
from clsbench.weights.pairs import Norm, Pair, Product
from clsbench.weights.state_dict import StateDict

_ONE = (1,)


def layers_of(pair: Pair) -> tuple[str, ...]:
    """The Caffe layers that ``pair`` fills."""
    return (pair.layer,) if isinstance(pair, Product) else (pair.batch_norm, pair.scale)


def source_shapes_of(pair: Pair, shapes: Mapping[str, tuple[Shape, ...]]) -> dict[str, Shape]:
    """The names and shapes of the source's tensors; ``shapes`` are those of Caffe's blobs, by layer."""
    if isinstance(pair, Norm):
        channels = shapes[pair.batch_norm][0]
        return dict.fromkeys(_norm_names(pair), channels)
    weight, *bias = shapes[pair.layer]
    names = (f"{pair.module}.weight", f"{pair.module}.bias")
    return dict(zip(names, (_source_weight(pair, weight), *bias), strict=False))


def blobs_of(pair: Pair, tensors: StateDict, shapes: Mapping[str, tuple[Shape, ...]]) -> dict[str, tuple[Blob, ...]]:
    """Caffe's blobs by layer. The tensors have the source's names and shapes."""
    if isinstance(pair, Norm):
        gamma, beta, mean, variance = (_float32(tensors[name]) for name in _norm_names(pair))
        return {pair.batch_norm: (mean, variance, np.ones(_ONE, np.float32)), pair.scale: (gamma, beta)}
    given = (_float32(tensors[name]) for name in source_shapes_of(pair, shapes))
    return {pair.layer: tuple(blob.reshape(shape) for blob, shape in zip(given, shapes[pair.layer], strict=True))}


def tensors_of(pair: Pair, blobs: Mapping[str, Sequence[Blob]]) -> dict[str, Blob]:
    """The source's tensors by name: the inverse of ``blobs_of``. Raises WeightsError for an empty BatchNorm."""
    if isinstance(pair, Norm):
        (mean, variance, factor), (gamma, beta) = blobs[pair.batch_norm], blobs[pair.scale]
        numbers = (gamma, beta, _averaged(pair, mean, factor), _averaged(pair, variance, factor))
        return dict(zip(_norm_names(pair), numbers, strict=True))
    shapes = source_shapes_of(pair, {pair.layer: tuple(blob.shape for blob in blobs[pair.layer])})
    return {name: blob.reshape(shape) for (name, shape), blob in zip(shapes.items(), blobs[pair.layer], strict=True)}


def red_and_blue_swapped(weight: Blob) -> Blob:
    """A first convolution's weight (out, channel, height, width) for images with the other channel order."""
    return np.ascontiguousarray(weight[:, ::-1])


def _norm_names(norm: Norm) -> tuple[str, str, str, str]:
    names = ("weight", "bias", "running_mean", "running_var")
    gamma, beta, mean, variance = (f"{norm.module}.{name}" for name in names)
    return gamma, beta, mean, variance


def _source_weight(pair: Product, weight: Shape) -> Shape:
    if pair.kernel is None:
        return weight
    outputs, inputs, *_ = weight
    if pair.kernel == 0:
        return outputs, inputs
    return outputs, inputs // pair.kernel**2, pair.kernel, pair.kernel


def _averaged(pair: Norm, total: Blob, factor: Blob) -> Blob:
    """Caffe stores running sums and their divisor; files converted to Caffe have 1."""
    divisor = np.float32(factor.reshape(()))
    if divisor == 0:
        raise WeightsError(
            f"layer '{pair.batch_norm}': its factor is 0, so that it holds no statistics; train it first"
        )
    return total if divisor == 1 else (total / divisor).astype(np.float32)


def _float32(tensor: NDArray[Any]) -> Blob:
    return np.ascontiguousarray(tensor, np.float32)
