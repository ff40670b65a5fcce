"""PReLU on real pycaffe and exported."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clsbench.caffe.net import Layer, Net

pytestmark = pytest.mark.pycaffe


@settings(max_examples=25, deadline=None, derandomize=True)
@given(
    shape=st.lists(st.integers(1, 5), min_size=2, max_size=4).map(tuple), shared=st.booleans(), seed=st.integers(0, 99)
)
def test_p_relu_gives_what_caffe_gives(
    agrees: Callable[..., None], shape: tuple[int, ...], *, shared: bool, seed: int
) -> None:
    agrees(Net("net", {"x": shape}, (Layer("y", "PReLU", ("x",), ("y",), {"channel_shared": shared}),)), seed)
