from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import helper

Agrees = Callable[..., None]
few = settings(max_examples=25, derandomize=True)
PAIRS = st.tuples(st.integers(1, 3), st.integers(1, 3))
SHAPES = st.tuples(st.integers(1, 3), st.integers(1, 5), st.integers(4, 9), st.integers(4, 9))


@st.composite
def pools(draw: st.DrawFn) -> dict[str, Any]:
    kernel = draw(st.tuples(st.integers(1, 4), st.integers(1, 4)))
    # a pad is smaller than the kernel, or a window would have nothing in it
    pads = [draw(st.integers(0, size - 1)) for _ in range(2) for size in kernel]
    if draw(st.booleans()):
        pads = pads[:2] * 2
    attributes = {"strides": draw(PAIRS), "pads": pads}
    kept = draw(st.sets(st.sampled_from(sorted(attributes))))
    return {"kernel_shape": kernel, **{name: attributes[name] for name in kept}}


@few
@given(pool=pools(), shape=SHAPES, dilations=st.none() | PAIRS, seed=st.integers(0, 99))
def test_max_pool(agrees: Agrees, pool: dict[str, Any], shape: Any, dilations: Any, seed: int) -> None:
    # all numbers below 0, so that a zero of the padding would be seen
    x = (np.random.default_rng(seed).standard_normal(shape) - 5).astype(np.float32)
    reach = [(size - 1) * step for size, step in zip(pool["kernel_shape"], dilations or (1, 1), strict=True)]
    if dilations and max(reach) < 4:
        pool = {**pool, "dilations": dilations}
    agrees(helper.make_node("MaxPool", ["x"], ["y"], **pool), x)


@few
@given(pool=pools(), shape=SHAPES, include=st.none() | st.integers(0, 1), seed=st.integers(0, 99))
def test_average_pool(agrees: Agrees, pool: dict[str, Any], shape: Any, include: int | None, seed: int) -> None:
    x = (np.random.default_rng(seed).standard_normal(shape) - 5).astype(np.float32)
    counted: dict[str, Any] = {} if include is None else {"count_include_pad": include}
    agrees(helper.make_node("AveragePool", ["x"], ["y"], **pool, **counted), x)


@pytest.mark.parametrize("operator", ["GlobalAveragePool", "GlobalMaxPool"])
@few
@given(shape=SHAPES, seed=st.integers(0, 99))
def test_global_pools(agrees: Agrees, operator: str, shape: Any, seed: int) -> None:
    x = np.random.default_rng(seed).standard_normal(shape).astype(np.float32)
    agrees(helper.make_node(operator, ["x"], ["y"]), x)
