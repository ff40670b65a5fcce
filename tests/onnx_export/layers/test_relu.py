"""ReLU on real pycaffe and exported."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clsbench.caffe.net import Layer, Net

pytestmark = pytest.mark.pycaffe

_SHAPES = st.lists(st.integers(1, 5), min_size=1, max_size=5).map(tuple)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(shape=_SHAPES, seed=st.integers(0, 99), slope=st.sampled_from([0.0, 0.1, -0.5, 2.0]))
def test_relu_gives_what_caffe_gives(
    agrees: Callable[..., None], shape: tuple[int, ...], seed: int, slope: float
) -> None:
    layer = Layer("y", "ReLU", ("x",), ("y",), {"negative_slope": slope})
    agrees(Net("net", {"x": shape}, (layer,)), seed)
