"""The mean and mean square of a blob's numbers, and how each layer type changes them.

These are mean-field estimates, as in the derivation of He's initialisation: numbers are treated as normally
distributed, and two bottoms of one layer as independent. They are within a factor of about two over a whole network,
which is enough for random weights.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clsbench.caffe.net import Layer, Shape
from clsbench.caffe.settings import flag, real, reals, word

_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(64)
_WEIGHTS = _WEIGHTS / _WEIGHTS.sum()
# How independently neighbouring numbers of a map vary: a pool over them keeps this share of the variance. Between the
# extremes 0 (noise) and 1 (one colour); chosen by measuring the published networks on noise and on photographs.
_KEPT_BY_AVERAGE, _KEPT_BY_GLOBAL_AVERAGE, _KEPT_BY_MAXIMUM = 0.8, 0.85, 0.8
_RAISED_BY_MAXIMUM = 0.5  # standard deviations


@dataclass(frozen=True)
class Moments:
    """The moments over all numbers of a blob."""

    mean: float
    square: float

    @property
    def variance(self) -> float:
        """The mean square of the distance from the mean; positive."""
        return max(self.square - self.mean**2, 1e-12)


def moments_of(mean: float, variance: float) -> Moments:
    """The moments of numbers with this mean and variance."""
    return Moments(mean, mean**2 + variance)


def after(layer: Layer, bottoms: Sequence[Moments], shapes: Sequence[Shape]) -> Moments:
    """The effect of a layer without weights on its bottoms; the first bottom's moments if it changes no number."""
    rule = _RULES.get(layer.type)
    return rule(layer, bottoms, shapes) if rule else bottoms[0]


def through(function: Callable[[NDArray[np.float64]], NDArray[np.float64]], bottom: Moments) -> Moments:
    """The moments after applying ``function`` to each number."""
    values = function(bottom.mean + math.sqrt(bottom.variance) * _NODES)
    return Moments(float(_WEIGHTS @ values), float(_WEIGHTS @ values**2))


def product(left: Moments, right: Moments) -> Moments:
    """The moments of numbers times numbers."""
    return Moments(left.mean * right.mean, left.square * right.square)


def weighted_sum(terms: Sequence[Moments], coefficients: Sequence[float]) -> Moments:
    """The moments of numbers plus numbers."""
    mean = sum(c * term.mean for c, term in zip(coefficients, terms, strict=True))
    return moments_of(mean, sum(c**2 * term.variance for c, term in zip(coefficients, terms, strict=True)))


def _relu(layer: Layer, bottoms: Sequence[Moments], _: Sequence[Shape]) -> Moments:
    slope = real(layer, "negative_slope")
    return through(lambda x: np.where(x > 0, x, slope * x), bottoms[0])


def _sigmoid(_: Layer, bottoms: Sequence[Moments], __: Sequence[Shape]) -> Moments:
    return through(lambda x: 1 / (1 + np.exp(-x)), bottoms[0])


def _tanh(_: Layer, bottoms: Sequence[Moments], __: Sequence[Shape]) -> Moments:
    return through(np.tanh, bottoms[0])


def _pooling(layer: Layer, bottoms: Sequence[Moments], _: Sequence[Shape]) -> Moments:
    bottom = bottoms[0]
    if word(layer, "pool") == "MAX":
        raised = bottom.mean + _RAISED_BY_MAXIMUM * math.sqrt(bottom.variance)
        return moments_of(raised, _KEPT_BY_MAXIMUM * bottom.variance)
    kept = _KEPT_BY_GLOBAL_AVERAGE if flag(layer, "global_pooling") else _KEPT_BY_AVERAGE
    return moments_of(bottom.mean, kept * bottom.variance)


def _eltwise(layer: Layer, bottoms: Sequence[Moments], _: Sequence[Shape]) -> Moments:
    if word(layer, "operation") == "PROD":
        result = bottoms[0]
        for bottom in bottoms[1:]:
            result = product(result, bottom)
        return result
    if word(layer, "operation") == "MAX":
        return max(bottoms, key=lambda bottom: bottom.square)
    return weighted_sum(bottoms, reals(layer, "coeff") or (1.0,) * len(bottoms))


def _axpy(_: Layer, bottoms: Sequence[Moments], __: Sequence[Shape]) -> Moments:
    factor, branch, shortcut = bottoms
    return weighted_sum([product(factor, branch), shortcut], (1.0, 1.0))


def _concat(_: Layer, bottoms: Sequence[Moments], shapes: Sequence[Shape]) -> Moments:
    counts = [math.prod(shape) for shape in shapes]
    shares = [count / sum(counts) for count in counts]
    mean = sum(share * bottom.mean for share, bottom in zip(shares, bottoms, strict=True))
    return Moments(mean, sum(share * bottom.square for share, bottom in zip(shares, bottoms, strict=True)))


def _scale(_: Layer, bottoms: Sequence[Moments], __: Sequence[Shape]) -> Moments:
    return product(bottoms[0], bottoms[1])


_RULES: Mapping[str, Callable[[Layer, Sequence[Moments], Sequence[Shape]], Moments]] = {
    "Axpy": _axpy,
    "Concat": _concat,
    "Eltwise": _eltwise,
    "Pooling": _pooling,
    "ReLU": _relu,
    "Scale": _scale,
    "Sigmoid": _sigmoid,
    "TanH": _tanh,
}
