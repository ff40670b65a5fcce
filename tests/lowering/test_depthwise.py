"""Depthwise convolutions against as many convolutions of one channel each, on real pycaffe."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clsbench.caffe.net import Layer, Net, Value
from clsbench.lowering.depthwise import DEPTHWISE_TYPES, depthwise

WithBlobs = Callable[[Net, int], Net]


@pytest.mark.pycaffe
@settings(max_examples=20, deadline=None, derandomize=True)
@given(
    type_=st.sampled_from(DEPTHWISE_TYPES),
    channels=st.integers(1, 4),
    kernel=st.integers(1, 3),
    stride=st.integers(1, 2),
    says_group=st.booleans(),
)
def test_each_channel_is_convolved_alone(
    pycaffe: Any, with_blobs: WithBlobs, *, type_: str, channels: int, kernel: int, stride: int, says_group: bool
) -> None:
    window: dict[str, Value] = {"kernel_size": (kernel,), "stride": (stride,), "pad": (1,)}
    params = {"num_output": channels, **window, **({"group": channels} if says_group else {})}
    shape = (2, channels, 6, 5)
    net = with_blobs(Net("net", {"x": shape}, (Layer("dw", type_, ("x",), ("y",), params),)), 0)
    weight, bias = net.layers[0].blobs
    pieces = tuple(f"x{channel}" for channel in range(channels))
    alone = [
        Layer(f"c{n}", "Convolution", (piece,), (f"y{n}",), {"num_output": 1, **window}, (weight[[n]], bias[[n]]))
        for n, piece in enumerate(pieces)
    ]
    cut = Layer("cut", "Slice", ("x",), pieces)
    join = Layer("join", "Concat", tuple(top for layer in alone for top in layer.tops), ("y",))
    inputs = {"x": np.random.default_rng(0).standard_normal(shape, np.float32)}
    expected = pycaffe.run(Net("net", {"x": shape}, (cut, *alone, join)), inputs)["y"]
    np.testing.assert_allclose(pycaffe.run(depthwise(net), inputs)["y"], expected, rtol=1e-4, atol=1e-4)


def test_name_settings_and_weights_stay(with_blobs: WithBlobs) -> None:
    params: dict[str, Value] = {"num_output": 3, "kernel_size": (3,), "bias_term": False}
    layer = Layer("dw", DEPTHWISE_TYPES[0], ("x",), ("y",), params)
    net = with_blobs(Net("net", {"x": (1, 3, 5, 5)}, (layer,)), 0)
    (layer,) = depthwise(net).layers
    assert (layer.name, layer.type, layer.params) == ("dw", "Convolution", {**params, "group": 3})
    assert layer.blobs is net.layers[0].blobs
