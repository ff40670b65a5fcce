"""Clip and ReLU6 against their formula."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clsbench.caffe.net import Layer, Net, Value
from clsbench.caffe.shapes import infer_shapes
from clsbench.errors import NetError


@settings(max_examples=20, deadline=None, derandomize=True)
@given(
    shape=st.lists(st.integers(1, 5), min_size=1, max_size=4).map(tuple), low=st.floats(-2, 2), seed=st.integers(0, 99)
)
def test_clip_keeps_numbers_within_its_bounds(
    gives: Callable[..., None], shape: tuple[int, ...], low: float, seed: int
) -> None:
    layer = Layer("clip", "Clip", ("x",), ("y",), {"min": low, "max": low + 1.0})
    gives(Net("net", {"x": shape}, (layer,)), lambda x: np.clip(x, low, low + 1.0), seed)


def test_relu6_is_a_clip_to_0_and_6(gives: Callable[..., None]) -> None:
    net = Net("net", {"x": (2, 3, 4, 5)}, (Layer("r", "ReLU6", ("x",), ("y",)),))
    gives(net, lambda x: np.minimum(np.maximum(x, 0.0), 6.0), 0, lambda x: 8.0 * x)


@pytest.mark.parametrize(
    ("params", "message"), [({"max": 1.0}, "min is not set"), ({"min": 2.0, "max": 1.0}, "above max")]
)
def test_bounds_that_make_no_sense_are_refused(params: dict[str, Value], message: str) -> None:
    with pytest.raises(NetError, match=message):
        infer_shapes(Net("net", {"x": (1, 2)}, (Layer("clip", "Clip", ("x",), ("y",), params),)))
