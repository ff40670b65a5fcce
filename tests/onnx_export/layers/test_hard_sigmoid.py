"""HardSigmoid and HardSwish against their formulas."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clsbench.caffe.net import Layer, Net


@settings(max_examples=20, deadline=None, derandomize=True)
@given(alpha=st.floats(0.125, 1.0, width=32), beta=st.floats(0.0, 1.0, width=32), seed=st.integers(0, 99))
def test_hard_sigmoid_is_a_line_between_0_and_1(
    gives: Callable[..., None], alpha: float, beta: float, seed: int
) -> None:
    layer = Layer("h", "HardSigmoid", ("x",), ("y",), {"alpha": alpha, "beta": beta})
    net = Net("net", {"x": (2, 3, 4)}, (layer,))
    gives(net, lambda x: np.clip(alpha * x + beta, 0, 1), seed, lambda x: 4 * x)


@pytest.mark.parametrize("seed", range(3))
def test_hard_swish_is_x_times_relu6_of_x_plus_3_by_6(gives: Callable[..., None], seed: int) -> None:
    net = Net("net", {"x": (2, 3, 4, 5)}, (Layer("h", "HardSwish", ("x",), ("y",)),))
    gives(net, lambda x: x * np.clip(x + 3, 0, 6) / 6, seed, lambda x: 4 * x)
