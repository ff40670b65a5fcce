"""Exp on real pycaffe and exported."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clsbench.caffe.net import Layer, Net
from clsbench.errors import NetError


@pytest.mark.pycaffe
@settings(max_examples=40, deadline=None, derandomize=True)
@given(
    base=st.sampled_from([-1.0, 2.0, 0.5, 1.0]),
    scale=st.sampled_from([1.0, 0.5, -1.0, 0.0]),
    shift=st.sampled_from([0.0, 0.25, -2.0]),
    seed=st.integers(0, 99),
)
def test_exp_gives_what_caffe_gives(
    agrees: Callable[..., None], base: float, scale: float, shift: float, seed: int
) -> None:
    layer = Layer("y", "Exp", ("x",), ("y",), {"base": base, "scale": scale, "shift": shift})
    agrees(Net("net", {"x": (2, 3, 4)}, (layer,)), seed)


@pytest.mark.parametrize("base", [0.0, -2.0])
def test_a_base_without_a_logarithm_is_refused(exported: Callable[[Net], object], base: float) -> None:
    with pytest.raises(NetError, match=r"layer 'y' of type Exp: base .* must be positive, or -1 for e"):
        exported(Net("net", {"x": (2, 3)}, (Layer("y", "Exp", ("x",), ("y",), {"base": base}),)))
