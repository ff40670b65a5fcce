"""Threshold on real pycaffe and exported, at the threshold itself, too."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clsbench.caffe.net import Layer, Net

pytestmark = pytest.mark.pycaffe

_SHAPES = st.lists(st.integers(1, 5), min_size=1, max_size=5).map(tuple)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(shape=_SHAPES, seed=st.integers(0, 99), threshold=st.sampled_from([0.0, 0.5, -1.0]))
def test_threshold_gives_what_caffe_gives(
    agrees: Callable[..., None], shape: tuple[int, ...], seed: int, threshold: float
) -> None:
    layer = Layer("y", "Threshold", ("x",), ("y",), {"threshold": threshold})
    agrees(Net("net", {"x": shape}, (layer,)), seed, prepare=lambda x: (2 * x).round() / 2)
