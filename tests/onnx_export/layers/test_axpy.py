"""Axpy, which only SENet's Caffe has: exported, against Scale and Eltwise on real pycaffe."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clsbench.caffe.net import Layer, Net

pytestmark = pytest.mark.pycaffe


@settings(max_examples=25, deadline=None, derandomize=True)
@given(shape=st.tuples(*[st.integers(1, 4)] * 4), flat=st.booleans(), seed=st.integers(0, 99))
def test_axpy_gives_what_bvlc_layers_give(
    agrees: Callable[..., None], shape: tuple[int, ...], *, flat: bool, seed: int
) -> None:
    inputs = {"a": shape[:2] if flat else (*shape[:2], 1, 1), "x": shape, "y": shape}
    agrees(Net("net", inputs, (Layer("sum", "Axpy", ("a", "x", "y"), ("sum",)),)), seed)
