"""Mish against its formula."""

from collections.abc import Callable

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from clsbench.caffe.net import Layer, Net


@settings(max_examples=20, deadline=None, derandomize=True)
@given(wide=st.sampled_from([0.1, 1.0, 10.0]), seed=st.integers(0, 99))
def test_mish_is_x_times_tanh_of_softplus(gives: Callable[..., None], wide: float, seed: int) -> None:
    net = Net("net", {"x": (2, 3, 4, 5)}, (Layer("m", "Mish", ("x",), ("y",)),))
    gives(net, lambda x: x * np.tanh(np.logaddexp(0, x)), seed, lambda x: wide * x)
