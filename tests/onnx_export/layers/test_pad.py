"""Pad against numpy's."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clsbench.caffe.net import Layer, Net
from clsbench.caffe.shapes import infer_shapes
from clsbench.errors import NetError


@settings(max_examples=20, deadline=None, derandomize=True)
@given(
    pads=st.lists(st.integers(0, 3), min_size=6, max_size=6),
    value=st.sampled_from([0.0, -1.5]),
    seed=st.integers(0, 99),
)
def test_pad_adds_a_number_around(gives: Callable[..., None], pads: list[int], value: float, seed: int) -> None:
    layer = Layer("p", "Pad", ("x",), ("y",), {"paddings": (0, 0, *pads), "constant_values": value})
    pairs = [(0, 0), *zip(pads[::2], pads[1::2], strict=True)]
    gives(Net("net", {"x": (2, 3, 4, 5)}, (layer,)), lambda x: np.pad(x, pairs, constant_values=value), seed)


@pytest.mark.parametrize(("pads", "message"), [((0, 0, 1), "has 3 paddings"), ((1, 0, 0, 0), "0 for the first axis")])
def test_pads_that_make_no_sense_are_refused(pads: tuple[int, ...], message: str) -> None:
    with pytest.raises(NetError, match=message):
        infer_shapes(Net("net", {"x": (2, 3)}, (Layer("p", "Pad", ("x",), ("y",), {"paddings": pads}),)))
