"""Flatten on real pycaffe and exported."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clsbench.caffe.net import Layer, Net

pytestmark = pytest.mark.pycaffe


@settings(max_examples=25, deadline=None, derandomize=True)
@given(data=st.data(), seed=st.integers(0, 99))
def test_flatten_gives_what_caffe_gives(agrees: Callable[..., None], data: st.DataObject, seed: int) -> None:
    shape = tuple(data.draw(st.lists(st.integers(1, 4), min_size=2, max_size=5)))
    axis = data.draw(st.integers(0, len(shape) - 1))
    end_axis = data.draw(st.integers(axis, len(shape) - 1))
    params = {"axis": axis, "end_axis": data.draw(st.sampled_from([end_axis, end_axis - len(shape)]))}
    agrees(Net("net", {"x": shape}, (Layer("y", "Flatten", ("x",), ("y",), params),)), seed)
