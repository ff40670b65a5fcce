"""Deconvolution on real pycaffe and exported."""

from collections.abc import Callable
from typing import Any, TypeAlias

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from clsbench.caffe.net import Layer, Net, Value
from clsbench.caffe.shapes import infer_shapes
from clsbench.errors import NetError

pytestmark = pytest.mark.pycaffe

Ints: TypeAlias = tuple[int, ...]


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


@settings(max_examples=20, deadline=None, derandomize=True)
@given(sides=st.tuples(*[st.integers(0, 2)] * 4), window=st.tuples(st.integers(3, 4), st.integers(1, 3)))
def test_pads_of_each_side_cut_what_caffe_gives_without(
    pycaffe: Any, with_blobs: Callable[..., Net], gives: Callable[..., None], sides: Ints, window: Ints
) -> None:
    top, left, bottom, right = sides
    kernel, stride = window
    params: dict[str, Value] = {"num_output": 4, "kernel_size": (kernel,), "stride": (stride,)}
    own = {f"pad_{side}": pad for side, pad in zip("tlbr", sides, strict=True)}
    whole, cut = (Layer("up", "Deconvolution", ("x",), ("y",), each) for each in (params, {**params, **own}))

    def on_pycaffe(x: Any, *_: Any) -> Any:
        made = pycaffe.run(with_blobs(Net("net", {"x": x.shape}, (whole,)), 0), {"x": x})["y"]
        return made[:, :, top : made.shape[2] - bottom, left : made.shape[3] - right]

    gives(Net("net", {"x": (2, 3, 4, 5)}, (cut,)), on_pycaffe)
