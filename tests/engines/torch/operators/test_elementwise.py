from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays, mutually_broadcastable_shapes
from numpy.typing import NDArray
from onnx import TensorProto, helper

Agrees = Callable[..., None]
few = settings(max_examples=25, derandomize=True)

NUMBERS = st.floats(-8, 8, width=32)
BLOBS = arrays(np.float32, st.lists(st.integers(1, 4), min_size=1, max_size=4).map(tuple), elements=NUMBERS)

ALONE = ["Abs", "Exp", "Identity", "Neg", "Relu", "Sigmoid", "Softplus", "Tanh", "Dropout"]


@pytest.mark.parametrize("operator", ALONE)
@few
@given(x=BLOBS)
def test_operators_of_one_blob(agrees: Agrees, operator: str, x: NDArray[np.float32]) -> None:
    agrees(helper.make_node(operator, ["x"], ["y"]), x)


@pytest.mark.parametrize("operator", ["Log", "Sqrt"])
@few
@given(x=BLOBS)
def test_operators_of_numbers_above_zero(agrees: Agrees, operator: str, x: NDArray[np.float32]) -> None:
    agrees(helper.make_node(operator, ["x"], ["y"]), np.abs(x) + np.float32(0.01))


@st.composite
def pairs(draw: st.DrawFn) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    shapes = draw(mutually_broadcastable_shapes(num_shapes=2, max_dims=4, max_side=4)).input_shapes
    left, right = (draw(arrays(np.float32, shape, elements=NUMBERS)) for shape in shapes)
    return left, right


@pytest.mark.parametrize("operator", ["Add", "Mul", "Sub", "Max", "Min", "Sum"])
@few
@given(blobs=pairs(), turned=st.booleans())
def test_operators_of_two_blobs_broadcast(agrees: Agrees, operator: str, blobs: Any, *, turned: bool) -> None:
    left, right = blobs
    agrees(helper.make_node(operator, ["c", "x"] if turned else ["x", "c"], ["y"]), left, c=right)


@few
@given(blobs=pairs())
def test_div(agrees: Agrees, blobs: Any) -> None:
    left, right = blobs
    agrees(helper.make_node("Div", ["x", "c"], ["y"]), left, c=np.abs(right) + np.float32(0.1))


@few
@given(x=BLOBS, power=st.sampled_from([-0.75, 0.5, 1.5, 2.0, -2.0]))
def test_pow(agrees: Agrees, x: NDArray[np.float32], power: float) -> None:
    agrees(helper.make_node("Pow", ["x", "power"], ["y"]), np.abs(x) + np.float32(0.1), power=np.float32(power))


def test_pow_of_a_number_below_zero_is_not_a_number_as_elsewhere(agrees: Agrees) -> None:
    x = np.array([-2.0, 0.0, 2.0], np.float32)
    agrees(helper.make_node("Pow", ["x", "power"], ["y"]), x, power=np.float32(0.5))


@pytest.mark.parametrize("operator", ["Max", "Min", "Sum"])
def test_operators_of_any_number_of_blobs(agrees: Agrees, operator: str) -> None:
    a, x, b = np.random.default_rng(0).standard_normal((3, 2, 3)).astype(np.float32)
    agrees(helper.make_node(operator, ["a", "x", "b"], ["y"]), x, a=a, b=b)
    agrees(helper.make_node(operator, ["x"], ["y"]), x)


@few
@given(x=BLOBS, low=NUMBERS, high=NUMBERS, bounds=st.sampled_from(["low", "high", "both", "none"]))
def test_clip(agrees: Agrees, x: NDArray[np.float32], low: float, high: float, bounds: str) -> None:
    low, high = min(low, high), max(low, high)
    inputs = {"low": ["x", "low"], "high": ["x", "", "high"], "both": ["x", "low", "high"], "none": ["x"]}[bounds]
    constants = {name: np.float32({"low": low, "high": high}[name]) for name in inputs[1:] if name}
    agrees(helper.make_node("Clip", inputs, ["y"]), x, **constants)


@few
@given(x=BLOBS, threshold=NUMBERS)
def test_greater_and_cast(agrees: Agrees, x: NDArray[np.float32], threshold: float) -> None:
    agrees(helper.make_node("Greater", ["x", "c"], ["y"]), x, c=np.float32(threshold))
    agrees(helper.make_node("Cast", ["x"], ["y"], to=TensorProto.INT64), x)


@pytest.mark.parametrize(
    ("operator", "defaults"),
    [("Elu", {"alpha": 1.0}), ("LeakyRelu", {"alpha": 0.01}), ("HardSigmoid", {"alpha": 0.2, "beta": 0.5})],
)
@few
@given(x=BLOBS, data=st.data())
def test_activations_with_settings(
    agrees: Agrees, operator: str, defaults: dict[str, float], x: NDArray[np.float32], data: st.DataObject
) -> None:
    names = data.draw(st.sets(st.sampled_from(sorted(defaults))))
    chosen: dict[str, Any] = {name: data.draw(st.floats(0.01, 2)) for name in names}
    agrees(helper.make_node(operator, ["x"], ["y"], **chosen), x)


@few
@given(x=arrays(np.float32, (2, 3, 2, 2), elements=NUMBERS), shape=st.sampled_from([(1,), (3, 1, 1), (1, 1, 1)]))
def test_p_relu(agrees: Agrees, x: NDArray[np.float32], shape: tuple[int, ...]) -> None:
    slope = np.random.default_rng(0).standard_normal(shape).astype(np.float32)
    agrees(helper.make_node("PRelu", ["x", "slope"], ["y"]), x, slope=slope)


@few
@given(x=BLOBS, data=st.data())
def test_softmax(agrees: Agrees, x: NDArray[np.float32], data: st.DataObject) -> None:
    agrees(helper.make_node("Softmax", ["x"], ["y"]), x)
    axis = data.draw(st.integers(-x.ndim, x.ndim - 1))
    agrees(helper.make_node("Softmax", ["x"], ["y"], axis=axis), x)


def test_numbers_that_are_none_stay_in_their_places(agrees: Agrees) -> None:
    x = np.array([np.nan, np.inf, -np.inf, -0.0], np.float32)
    for operator in ("Relu", "Abs", "Tanh", "Sigmoid", "Softplus"):
        agrees(helper.make_node(operator, ["x"], ["y"]), x)
    agrees(helper.make_node("PRelu", ["x", "slope"], ["y"]), x, slope=np.array([0.5], np.float32))
