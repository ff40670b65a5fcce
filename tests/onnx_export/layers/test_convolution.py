"""Convolution on real pycaffe and exported."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clsbench.caffe.net import Layer, Net, Value

pytestmark = pytest.mark.pycaffe


@st.composite
def convolutions(draw: st.DrawFn) -> Net:
    group = draw(st.integers(1, 3))
    params: dict[str, Value] = {
        "num_output": group * draw(st.integers(1, 3)),
        "group": group,
        "bias_term": draw(st.booleans()),
    }
    if draw(st.booleans()):
        params["kernel_size"] = (draw(st.integers(1, 4)),)
        params["stride"] = (draw(st.integers(1, 3)),)
        params["pad"] = tuple(draw(st.lists(st.integers(0, 3), min_size=1, max_size=2)))
    else:
        params |= {"kernel_h": draw(st.integers(1, 4)), "kernel_w": draw(st.integers(1, 4))}
        params |= {"stride_h": draw(st.integers(1, 3)), "stride_w": draw(st.integers(1, 3)), "pad_h": 1, "pad_w": 2}
    params["dilation"] = (draw(st.integers(1, 2)),)
    shape = (
        draw(st.integers(1, 3)),
        group * draw(st.integers(1, 3)),
        draw(st.integers(7, 12)),
        draw(st.integers(7, 12)),
    )
    return Net("conv", {"x": shape}, (Layer("conv", "Convolution", ("x",), ("y",), params),))


@settings(max_examples=40, deadline=None, derandomize=True)
@given(net=convolutions(), seed=st.integers(0, 99))
def test_a_convolution_gives_what_caffe_gives(agrees: Callable[[Net, int], None], net: Net, seed: int) -> None:
    agrees(net, seed)
