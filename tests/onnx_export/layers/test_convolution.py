"""Convolution on real pycaffe and exported."""

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clsbench.caffe.net import Layer, Net, Value

pytestmark = pytest.mark.pycaffe

Ints: TypeAlias = tuple[int, ...]


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


@settings(max_examples=30, deadline=None, derandomize=True)
@given(
    sides=st.tuples(*[st.integers(0, 3)] * 4),
    window=st.tuples(st.integers(1, 3), st.integers(1, 3), st.integers(1, 2)),
)
def test_pads_of_each_side_give_what_caffe_gives_for_an_image_padded_by_hand(
    pycaffe: Any, with_blobs: Callable[..., Net], gives: Callable[..., None], sides: Ints, window: Ints
) -> None:
    top, left, bottom, right = sides
    names = ("kernel_size", "stride", "dilation")
    params: dict[str, Value] = {name: (size,) for name, size in zip(names, window, strict=True)}
    params["num_output"] = 4
    whole = Layer("conv", "Convolution", ("x",), ("y",), params)
    by_hand = Net("conv", {"x": (2, 3, 7 + top + bottom, 8 + left + right)}, (whole,))
    own = {f"pad_{side}": pad for side, pad in zip("tlbr", sides, strict=True)}
    net = Net("conv", {"x": (2, 3, 7, 8)}, (Layer("conv", "Convolution", ("x",), ("y",), {**params, **own}),))

    def on_pycaffe(x: Any, *_: Any) -> Any:
        padded = np.pad(x, [(0, 0), (0, 0), (top, bottom), (left, right)])
        return pycaffe.run(with_blobs(by_hand, 0), {"x": padded})["y"]

    gives(net, on_pycaffe)
