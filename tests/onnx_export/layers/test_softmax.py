"""Softmax on real pycaffe and exported."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clsbench.caffe.net import Layer, Net

pytestmark = pytest.mark.pycaffe


@settings(max_examples=25, deadline=None, derandomize=True)
@given(data=st.data(), seed=st.integers(0, 99))
def test_softmax_gives_what_caffe_gives(agrees: Callable[..., None], data: st.DataObject, seed: int) -> None:
    shape = tuple(data.draw(st.lists(st.integers(1, 6), min_size=2, max_size=4)))
    axis = data.draw(st.integers(-len(shape), len(shape) - 1))
    layer = Layer("y", "Softmax", ("x",), ("y",), {"axis": axis})
    agrees(Net("net", {"x": shape}, (layer,)), seed, prepare=lambda x: 20 * x)
