"""BNLL on real pycaffe and exported, far from 0, too."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clsbench.caffe.net import Layer, Net

pytestmark = pytest.mark.pycaffe

_SHAPES = st.lists(st.integers(1, 5), min_size=1, max_size=5).map(tuple)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(shape=_SHAPES, seed=st.integers(0, 99))
def test_bnll_gives_what_caffe_gives(agrees: Callable[..., None], shape: tuple[int, ...], seed: int) -> None:
    layer = Layer("y", "BNLL", ("x",), ("y",), {})
    agrees(Net("net", {"x": shape}, (layer,)), seed, prepare=lambda x: 40 * x)
