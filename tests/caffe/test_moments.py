"""Estimated means and mean squares against drawn numbers."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from clsbench.caffe.moments import Moments, after, moments_of, product, weighted_sum
from clsbench.caffe.net import Layer, Value

Numbers = NDArray[np.float64]
SHAPE = (1, 1, 100, 2000)
means, spreads = st.floats(-2, 2), st.floats(0.2, 2)


def _drawn(mean: float, spread: float, seed: int) -> Numbers:
    return np.random.default_rng(seed).normal(mean, spread, SHAPE[2:])


def _of(numbers: Numbers) -> Moments:
    return Moments(float(numbers.mean()), float(np.mean(numbers**2)))


def _close(estimate: Moments, numbers: Numbers) -> None:
    tolerance = 0.03 * (1 + float(np.mean(numbers**2)))
    assert estimate.mean == pytest.approx(float(numbers.mean()), abs=tolerance)
    assert estimate.square == pytest.approx(float(np.mean(numbers**2)), abs=tolerance)


def _relu(slope: float) -> Callable[[Numbers], Numbers]:
    return lambda x: np.where(x > 0, x, slope * x)


def _sigmoid(x: Numbers) -> Numbers:
    return 1 / (1 + np.exp(-x))


@pytest.mark.parametrize(
    ("layer_type", "params", "function"),
    [
        ("ReLU", {}, _relu(0.0)),
        ("ReLU", {"negative_slope": 0.3}, _relu(0.3)),
        ("Sigmoid", {}, _sigmoid),
        ("TanH", {}, np.tanh),
        ("Dropout", {}, lambda x: x),
    ],
)
@given(mean=means, spread=spreads)
def test_a_number_by_number_layer(
    layer_type: str, params: dict[str, Value], function: Callable[[Numbers], Numbers], mean: float, spread: float
) -> None:
    numbers = _drawn(mean, spread, 0)
    layer = Layer("layer", layer_type, ("data",), ("layer",), params)

    _close(after(layer, [_of(numbers)], [SHAPE]), function(numbers))


@given(means, spreads, means, spreads)
def test_layers_with_several_bottoms(mean: float, spread: float, other_mean: float, other_spread: float) -> None:
    one, two, three = _drawn(mean, spread, 0), _drawn(other_mean, other_spread, 1), _drawn(0.5, 1.0, 2)
    moments = [_of(one), _of(two)]

    def result(layer_type: str, bottoms: list[Moments], **params: Value) -> Moments:
        return after(Layer("layer", layer_type, (), (), params), bottoms, [SHAPE] * len(bottoms))

    _close(result("Eltwise", moments, coeff=(1.0, 0.2)), one + 0.2 * two)
    _close(result("Eltwise", moments), one + two)
    _close(result("Eltwise", moments, operation="PROD"), one * two)
    _close(result("Scale", moments, axis=0), one * two)
    _close(result("Axpy", [_of(three), *moments]), three * one + two)
    _close(result("Concat", moments), np.concatenate([one, two]))


def test_a_maximum_counts_the_larger_bottom() -> None:
    layer = Layer("max", "Eltwise", (), (), {"operation": "MAX"})

    assert after(layer, [Moments(0.0, 1.0), Moments(0.0, 4.0)], [SHAPE] * 2) == Moments(0.0, 4.0)


def test_pools_lie_between_noise_and_one_colour() -> None:
    bottom = moments_of(0.4, 0.34)
    largest = after(Layer("pool", "Pooling", (), (), {"pool": "MAX"}), [bottom], [SHAPE])
    average = after(Layer("pool", "Pooling", (), (), {"pool": "AVE"}), [bottom], [SHAPE])
    over_all = after(Layer("pool", "Pooling", (), (), {"pool": "AVE", "global_pooling": True}), [bottom], [SHAPE])

    assert largest.mean > bottom.mean
    assert average.mean == over_all.mean == bottom.mean
    assert 0 < largest.variance < bottom.variance
    assert 0 < average.variance < bottom.variance
    assert 0 < over_all.variance < bottom.variance


@given(means, spreads)
def test_a_blob_times_or_plus_nothing_is_itself(mean: float, spread: float) -> None:
    blob = moments_of(mean, spread)

    assert product(blob, Moments(1.0, 1.0)) == blob
    assert weighted_sum([blob], [1.0]).square == pytest.approx(blob.square)
