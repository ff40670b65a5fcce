"""Reduction on real pycaffe and exported."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clsbench.caffe.net import Layer, Net, Value

pytestmark = pytest.mark.pycaffe


@settings(max_examples=50, deadline=None, derandomize=True)
@given(
    operation=st.sampled_from(["SUM", "ASUM", "SUMSQ", "MEAN"]),
    axis=st.integers(-4, 3),
    coefficient=st.sampled_from([1.0, 0.5, -2.0]),
    seed=st.integers(0, 99),
)
def test_reduction_gives_what_caffe_gives(
    agrees: Callable[..., None], operation: str, axis: int, coefficient: float, seed: int
) -> None:
    params: dict[str, Value] = {"operation": operation, "axis": axis, "coeff": coefficient}
    agrees(Net("net", {"x": (2, 3, 4, 5)}, (Layer("y", "Reduction", ("x",), ("y",), params),)), seed)
