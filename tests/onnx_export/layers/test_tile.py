"""Tile on real pycaffe and exported."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clsbench.caffe.net import Layer, Net

pytestmark = pytest.mark.pycaffe


@settings(max_examples=25, deadline=None, derandomize=True)
@given(axis=st.integers(-4, 3), tiles=st.integers(1, 3), seed=st.integers(0, 99))
def test_tile_gives_what_caffe_gives(agrees: Callable[..., None], axis: int, tiles: int, seed: int) -> None:
    layer = Layer("y", "Tile", ("x",), ("y",), {"axis": axis, "tiles": tiles})
    agrees(Net("net", {"x": (2, 3, 4, 5)}, (layer,)), seed)
