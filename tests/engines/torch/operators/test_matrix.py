from collections.abc import Callable
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import helper

Agrees = Callable[..., None]
few = settings(max_examples=25, derandomize=True)
SIDES = st.integers(1, 4)
FACTORS = st.sampled_from([None, 1.0, 0.5])


@few
@given(
    sides=st.tuples(SIDES, SIDES, SIDES),
    turned=st.tuples(st.booleans(), st.booleans()),
    factors=st.tuples(FACTORS, FACTORS),
    summand=st.sampled_from(["none", "a column", "a row", "all", "one"]),
    seed=st.integers(0, 99),
)
def test_gemm(
    agrees: Agrees,
    *,
    sides: tuple[int, int, int],
    turned: tuple[bool, bool],
    factors: tuple[float | None, float | None],
    summand: str,
    seed: int,
) -> None:
    rows, inner, columns = sides
    random = np.random.default_rng(seed)
    a = random.standard_normal((inner, rows) if turned[0] else (rows, inner)).astype(np.float32)
    b = random.standard_normal((columns, inner) if turned[1] else (inner, columns)).astype(np.float32)
    shapes = {"a column": (rows, 1), "a row": (columns,), "all": (rows, columns), "one": (1,)}
    constants = {"b": b}
    if summand in shapes:
        constants["c"] = random.standard_normal(shapes[summand]).astype(np.float32)
    scales: dict[str, Any] = {
        name: factor for name, factor in zip(("alpha", "beta"), factors, strict=True) if factor is not None
    }
    turns: dict[str, Any] = {name: 1 for name, is_turned in zip(("transA", "transB"), turned, strict=True) if is_turned}
    agrees(helper.make_node("Gemm", ["x", *constants], ["y"], **scales, **turns), a, **constants)


@few
@given(stack=st.lists(SIDES, max_size=2), sides=st.tuples(SIDES, SIDES, SIDES), seed=st.integers(0, 99))
def test_mat_mul(agrees: Agrees, stack: list[int], sides: tuple[int, int, int], seed: int) -> None:
    rows, inner, columns = sides
    random = np.random.default_rng(seed)
    x = random.standard_normal((*stack, rows, inner)).astype(np.float32)
    agrees(helper.make_node("MatMul", ["x", "b"], ["y"]), x, b=random.standard_normal((inner, columns)).astype("f4"))
