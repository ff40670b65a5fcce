"""Bias on real pycaffe and exported, with one bottom and with two."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clsbench.caffe.net import Layer, Net

pytestmark = pytest.mark.pycaffe


@settings(max_examples=40, deadline=None, derandomize=True)
@given(data=st.data(), seed=st.integers(0, 99))
def test_a_bias_of_its_own_gives_what_caffe_gives(agrees: Callable[..., None], data: st.DataObject, seed: int) -> None:
    shape = tuple(data.draw(st.lists(st.integers(1, 4), min_size=2, max_size=5)))
    axis = data.draw(st.integers(1, len(shape) - 1))
    num_axes = data.draw(st.integers(-1, len(shape) - axis))
    params = {"axis": data.draw(st.sampled_from([axis, axis - len(shape)])), "num_axes": num_axes}
    agrees(Net("net", {"x": shape}, (Layer("y", "Bias", ("x",), ("y",), params),)), seed)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(end=st.integers(1, 4), seed=st.integers(0, 99))
def test_a_bias_from_a_second_bottom_gives_what_caffe_gives(agrees: Callable[..., None], end: int, seed: int) -> None:
    shape = (2, 3, 4, 5)
    layer = Layer("y", "Bias", ("x", "added"), ("y",), {"axis": 0})
    agrees(Net("net", {"x": shape, "added": shape[:end]}, (layer,)), seed)
