"""Deconvolution on real pycaffe and exported."""

from collections.abc import Callable

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from clsbench.caffe.net import Layer, Net, Value
from clsbench.caffe.shapes import infer_shapes
from clsbench.errors import NetError

pytestmark = pytest.mark.pycaffe


@st.composite
def deconvolutions(draw: st.DrawFn) -> Net:
    group = draw(st.integers(1, 3))
    params: dict[str, Value] = {
        "num_output": group * draw(st.integers(1, 3)),
        "group": group,
        "bias_term": draw(st.booleans()),
        "kernel_size": tuple(draw(st.lists(st.integers(1, 4), min_size=1, max_size=2))),
        "stride": tuple(draw(st.lists(st.integers(1, 3), min_size=1, max_size=2))),
        "pad": (draw(st.integers(0, 2)),),
        "dilation": (draw(st.integers(1, 2)),),
    }
    shape = (draw(st.integers(1, 3)), group * draw(st.integers(1, 3)), draw(st.integers(2, 6)), draw(st.integers(2, 6)))
    return Net("net", {"x": shape}, (Layer("up", "Deconvolution", ("x",), ("y",), params),))


@settings(max_examples=40, deadline=None, derandomize=True)
@given(net=deconvolutions(), seed=st.integers(0, 99))
def test_a_deconvolution_gives_what_caffe_gives(agrees: Callable[..., None], net: Net, seed: int) -> None:
    try:
        infer_shapes(net)
    except NetError:
        assume(False)  # the padding cuts everything off
    agrees(net, seed)
