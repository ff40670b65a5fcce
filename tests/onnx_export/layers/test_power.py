"""Power on real pycaffe and exported."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clsbench.caffe.net import Layer, Net
from clsbench.errors import NetError


@pytest.mark.pycaffe
@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    power=st.sampled_from([1.0, 2.0, 3.0, 0.5, -1.0, 0.0]),
    scale=st.sampled_from([1.0, 0.5, -1.0, 0.0]),
    shift=st.sampled_from([0.0, 0.25, 2.0]),
    seed=st.integers(0, 99),
)
def test_power_gives_what_caffe_gives(
    agrees: Callable[..., None], power: float, scale: float, shift: float, seed: int
) -> None:
    layer = Layer("y", "Power", ("x",), ("y",), {"power": power, "scale": scale, "shift": shift})
    agrees(Net("net", {"x": (2, 3, 4)}, (layer,)), seed)


def test_a_constant_that_is_no_number_is_refused(exported: Callable[[Net], object]) -> None:
    layer = Layer("y", "Power", ("x",), ("y",), {"power": 0.5, "scale": 0.0, "shift": -1.0})
    with pytest.raises(NetError, match=r"layer 'y' of type Power: shift -1.0 to the power of 0.5 is not a number"):
        exported(Net("net", {"x": (2, 3)}, (layer,)))
