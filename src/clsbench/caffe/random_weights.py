"""Untrained weights, drawn so that a net's numbers neither explode nor vanish on their way to the Softmax."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from clsbench.caffe.blob_shapes import blob_shapes
from clsbench.caffe.moments import Moments, after, moments_of
from clsbench.caffe.net import Blob, Layer, Net, Shape
from clsbench.caffe.settings import flag, real
from clsbench.caffe.shapes import infer_shapes

# He et al. 2015: twice the incoming mean square, because a ReLU removes half of it.
_HE = 2.0
# A spread of the scores at which 1000 classes are neither all alike nor one of them certain.
_SCORES = 2.0**2
_SMALL = 0.1  # of a number's usual size: biases and shifts


@dataclass(frozen=True)
class _Place:
    """A layer's context: its weights' shapes, its input's moments, and whether its result is the scores."""

    shapes: tuple[Shape, ...]
    bottoms: tuple[Moments, ...]
    gives_scores: bool
    random: np.random.Generator


_Made = tuple[tuple[Blob, ...], Moments]


def with_random_weights(net: Net, seed: int, input_rms: float = 1.0) -> Net:
    """``net`` with its own blobs: the same for the same ``seed`` and layer name, whatever layers follow.

    ``input_rms`` is the usual size of an input number: 1 for images divided by their standard deviation, about 60 for
    images with only the mean subtracted.
    """
    shapes = infer_shapes(net)
    moments = {name: Moments(0.0, input_rms**2) for name in net.inputs}
    last = max((i for i, layer in enumerate(net.layers) if layer.type in _PRODUCTS), default=-1)
    layers = []
    for index, (layer, at) in enumerate(zip(net.layers, shapes, strict=True)):
        bottoms = tuple(moments[name] for name in layer.bottoms)
        own = blob_shapes(layer, at.bottoms)
        if own:
            place = _Place(own, bottoms, index == last, np.random.default_rng([seed, *layer.name.encode()]))
            blobs, result = _MAKERS[layer.type](layer, place)
            layer = replace(layer, blobs=blobs)  # noqa: PLW2901
        else:
            result = after(layer, bottoms, at.bottoms)
        moments.update(dict.fromkeys(layer.tops, result))
        layers.append(layer)
    return replace(net, layers=tuple(layers))


def _weighted_sums(layer: Layer, place: _Place) -> _Made:
    """Convolution and InnerProduct: whatever the input, the sums have the desired mean square."""
    shape = place.shapes[0]
    incoming = shape[0] if layer.type == "InnerProduct" and flag(layer, "transpose") else math.prod(shape[1:])
    wanted = _SCORES if place.gives_scores else _HE
    weight = place.random.standard_normal(shape, dtype=np.float32)
    weight *= np.float32(math.sqrt(wanted / (incoming * place.bottoms[0].square)))
    biases = tuple(_normal(place.random, shape, _SMALL * math.sqrt(wanted)) for shape in place.shapes[1:])
    return (weight, *biases), moments_of(0.0, wanted * (1 + _SMALL**2 * len(biases)))


def _batch_norm(layer: Layer, place: _Place) -> _Made:
    """Statistics close to those of the bottom, varying by channel, and divided by a factor as Caffe stores them."""
    (channels,) = place.shapes[0]
    bottom = place.bottoms[0]
    mean = bottom.mean + 0.3 * math.sqrt(bottom.variance) * place.random.standard_normal(channels)
    variance = bottom.variance * place.random.uniform(0.5, 1.5, channels)
    factor = place.random.uniform(0.5, 1000.0)  # Caffe sums over its batches: 999.98 after many
    offset = bottom.variance + (mean - bottom.mean) ** 2
    result = moments_of(0.0, float(np.mean(offset / (variance + real(layer, "eps")))))
    statistics = _blob(mean * factor), _blob(variance * factor), _blob(np.array([factor]))
    own = [_blob(place.random.uniform(0.5, 1.5, channels)), _normal(place.random, (channels,), _SMALL)]
    return (*statistics, *own[: len(place.shapes) - 3]), result


def _bn(layer: Layer, place: _Place) -> _Made:
    """A factor and a shift per channel, then, if they are stored, statistics close to those of the bottom."""
    del layer
    bottom, shape = place.bottoms[0], place.shapes[0]
    factors, shifts = _blob(place.random.uniform(0.5, 1.5, shape)), _normal(place.random, shape, _SMALL)
    if len(place.shapes) == 2:
        return (factors, shifts), moments_of(bottom.mean, bottom.variance)
    mean = bottom.mean + 0.3 * math.sqrt(bottom.variance) * place.random.standard_normal(shape)
    variance = bottom.variance * place.random.uniform(0.5, 1.5, shape)
    return (factors, shifts, _blob(mean), _blob(variance)), moments_of(0.0, 1.0)


def _normalize(layer: Layer, place: _Place) -> _Made:
    """Factors as large as SSD trains them, 20, because a vector divided by its length is small."""
    del layer
    return (_blob(place.random.uniform(10.0, 30.0, place.shapes[0])),), moments_of(0.0, 1.0)


def _parameter(layer: Layer, place: _Place) -> _Made:
    del layer
    return (_normal(place.random, place.shapes[0], 1.0),), moments_of(0.0, 1.0)


def _scale(layer: Layer, place: _Place) -> _Made:
    """A factor around 1 if it is the layer's own, and small shifts."""
    del layer
    two_bottoms = len(place.bottoms) == 2
    bottom = place.bottoms[0]
    shifts = place.shapes if two_bottoms else place.shapes[1:]
    blobs = [_normal(place.random, shape, _SMALL) for shape in shifts]
    if two_bottoms:
        bottom = Moments(bottom.mean * place.bottoms[1].mean, bottom.square * place.bottoms[1].square)
        return tuple(blobs), moments_of(bottom.mean, bottom.variance + _SMALL**2)
    factors = place.random.uniform(0.5, 1.5, place.shapes[0])
    square = bottom.square * float(np.mean(factors**2)) + _SMALL**2 * len(blobs)
    return (_blob(factors), *blobs), Moments(bottom.mean * float(np.mean(factors)), square)


def _bias(layer: Layer, place: _Place) -> _Made:
    del layer
    bottom = place.bottoms[0]
    return (_normal(place.random, place.shapes[0], _SMALL),), moments_of(bottom.mean, bottom.variance + _SMALL**2)


def _prelu(layer: Layer, place: _Place) -> _Made:
    slopes = place.random.uniform(0.1, 0.4, place.shapes[0])
    as_relu = Layer(layer.name, "ReLU", layer.bottoms, layer.tops, {"negative_slope": float(np.mean(slopes))})
    return (_blob(slopes),), after(as_relu, place.bottoms, ())


def _normal(random: np.random.Generator, shape: Shape, spread: float) -> Blob:
    return random.standard_normal(shape, dtype=np.float32) * np.float32(spread)


def _blob(values: "np.typing.NDArray[np.float64] | float") -> Blob:
    return np.asarray(values, dtype=np.float32)


_PRODUCTS = frozenset({"Convolution", "ConvolutionDepthwise", "Deconvolution", "DepthwiseConvolution", "InnerProduct"})
_MAKERS: Mapping[str, Callable[[Layer, _Place], _Made]] = {
    **dict.fromkeys(_PRODUCTS, _weighted_sums),
    "BN": _bn,
    "BatchNorm": _batch_norm,
    "Bias": _bias,
    "Normalize": _normalize,
    "PReLU": _prelu,
    "Parameter": _parameter,
    "Scale": _scale,
}
