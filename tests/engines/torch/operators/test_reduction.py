from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import helper

Agrees = Callable[..., None]
few = settings(max_examples=25, derandomize=True)
SHAPES = st.lists(st.integers(1, 4), min_size=1, max_size=4).map(tuple)


@pytest.mark.parametrize("operator", ["ReduceMean", "ReduceL1", "ReduceSumSquare", "ReduceMax"])
@few
@given(shape=SHAPES, data=st.data(), keep=st.sampled_from([None, 0, 1]))
def test_reductions_with_their_axes_as_an_attribute(
    agrees: Agrees, operator: str, shape: tuple[int, ...], data: st.DataObject, keep: int | None
) -> None:
    axes = data.draw(st.none() | st.sets(st.integers(0, len(shape) - 1), min_size=1))
    negative = data.draw(st.booleans())
    attributes: dict[str, Any] = {} if keep is None else {"keepdims": keep}
    if axes is not None:
        attributes["axes"] = [axis - len(shape) if negative else axis for axis in axes]
    x = np.random.default_rng(1).standard_normal(shape).astype(np.float32)
    agrees(helper.make_node(operator, ["x"], ["y"], **attributes), x)


@few
@given(shape=SHAPES, data=st.data(), keep=st.integers(0, 1))
def test_reduce_sum_with_its_axes_as_an_input(
    agrees: Agrees, shape: tuple[int, ...], data: st.DataObject, keep: int
) -> None:
    axes = data.draw(st.sets(st.integers(0, len(shape) - 1)))
    x = np.random.default_rng(1).standard_normal(shape).astype(np.float32)
    agrees(helper.make_node("ReduceSum", ["x"], ["y"], keepdims=keep), x)
    node = helper.make_node("ReduceSum", ["x", "axes"], ["y"], keepdims=keep, noop_with_empty_axes=keep)
    agrees(node, x, axes=np.array(sorted(axes), np.int64))


@few
@given(shape=SHAPES, data=st.data(), largest=st.integers(0, 1))
def test_top_k_with_equal_numbers(agrees: Agrees, shape: tuple[int, ...], data: st.DataObject, largest: int) -> None:
    axis = data.draw(st.integers(-len(shape), len(shape) - 1))
    count = data.draw(st.integers(1, shape[axis]))
    x = np.random.default_rng(1).integers(0, 3, shape).astype(np.float32)
    node = helper.make_node("TopK", ["x", "k"], ["y", "places"], axis=axis, largest=largest)
    agrees(node, x, outputs=("y", "places"), k=np.array([count], np.int64))
