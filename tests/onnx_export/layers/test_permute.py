"""Permute on real pycaffe and exported."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clsbench.caffe.net import Layer, Net

pytestmark = pytest.mark.pycaffe


@settings(max_examples=25, deadline=None, derandomize=True)
@given(order=st.permutations(range(4)), seed=st.integers(0, 99))
def test_permute_gives_what_caffe_gives(agrees: Callable[..., None], order: list[int], seed: int) -> None:
    agrees(Net("net", {"x": (2, 3, 4, 5)}, (Layer("y", "Permute", ("x",), ("y",), {"order": tuple(order)}),)), seed)


def test_axes_left_out_follow_in_their_order(agrees: Callable[..., None]) -> None:
    agrees(Net("net", {"x": (2, 3, 4, 5)}, (Layer("y", "Permute", ("x",), ("y",), {"order": (0, 3)}),)))
