from collections.abc import Callable
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import helper

Agrees = Callable[..., None]
few = settings(max_examples=25, derandomize=True)
SHAPES = st.tuples(st.integers(1, 3), st.integers(1, 9), st.integers(1, 5), st.integers(1, 5))


@few
@given(shape=SHAPES, epsilon=st.sampled_from([0.0, 1e-5, 0.01, None]), seed=st.integers(0, 99))
def test_batch_normalization(
    agrees: Agrees, shape: tuple[int, int, int, int], epsilon: float | None, seed: int
) -> None:
    random = np.random.default_rng(seed)
    scale, bias, mean, variance = random.uniform(0.5, 2, (4, shape[1])).astype(np.float32)
    more: dict[str, Any] = {} if epsilon is None else {"epsilon": epsilon}
    node = helper.make_node("BatchNormalization", ["x", "scale", "bias", "mean", "variance"], ["y"], **more)
    x = random.standard_normal(shape).astype(np.float32)
    agrees(node, x, scale=scale, bias=bias, mean=mean, variance=variance)


@few
@given(
    shape=SHAPES,
    size=st.sampled_from([1, 3, 5, 7]),
    alpha=st.sampled_from([1e-4, 1.0, None]),
    beta=st.sampled_from([0.5, 0.75, None]),
    bias=st.sampled_from([1.0, 2.0, None]),
)
def test_lrn(
    agrees: Agrees,
    shape: tuple[int, ...],
    *,
    size: int,
    alpha: float | None,
    beta: float | None,
    bias: float | None,
) -> None:
    wished = {"alpha": alpha, "beta": beta, "bias": bias}
    given_settings: dict[str, Any] = {name: value for name, value in wished.items() if value is not None}
    x = np.random.default_rng(size).standard_normal(shape).astype(np.float32)
    agrees(helper.make_node("LRN", ["x"], ["y"], size=size, **given_settings), x)
