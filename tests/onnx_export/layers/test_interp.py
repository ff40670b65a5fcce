"""Interp against a loop over pixels, and Upsample against repetition."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clsbench.caffe.net import Layer, Net, Value
from clsbench.caffe.shapes import infer_shapes
from clsbench.errors import NetError


def _resized(x: Any, height: int, width: int) -> Any:
    """Bilinear with the corners in place, as util/interp.cpp of DeepLab: one pixel after the other."""
    result = np.empty((*x.shape[:2], height, width))
    for row, column in np.ndindex(height, width):
        y = row * (x.shape[2] - 1) / (height - 1) if height > 1 else 0.0
        z = column * (x.shape[3] - 1) / (width - 1) if width > 1 else 0.0
        y0, z0 = int(y), int(z)
        y1, z1 = min(y0 + 1, x.shape[2] - 1), min(z0 + 1, x.shape[3] - 1)
        upper = x[:, :, y0, z0] * (1 - (z - z0)) + x[:, :, y0, z1] * (z - z0)
        lower = x[:, :, y1, z0] * (1 - (z - z0)) + x[:, :, y1, z1] * (z - z0)
        result[:, :, row, column] = upper * (1 - (y - y0)) + lower * (y - y0)
    return result


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    height=st.integers(2, 9),
    width=st.integers(2, 9),
    new=st.tuples(st.integers(1, 12), st.integers(1, 12)),
    seed=st.integers(0, 99),
)
def test_interp_to_a_size(gives: Callable[..., None], height: int, width: int, new: tuple[int, int], seed: int) -> None:
    layer = Layer("i", "Interp", ("x",), ("y",), {"height": new[0], "width": new[1]})
    gives(Net("net", {"x": (2, 3, height, width)}, (layer,)), lambda x: _resized(x, *new), seed)


@pytest.mark.parametrize(
    ("params", "size"),
    [
        ({"zoom_factor": 2}, (11, 15)),
        ({"shrink_factor": 2}, (3, 4)),
        ({"shrink_factor": 2, "zoom_factor": 3}, (7, 10)),
        ({"zoom_factor": 2, "pad_beg": -1}, (9, 13)),
        ({"height": 5, "width": 5, "pad_beg": -1, "pad_end": -2}, (5, 5)),
    ],
)
def test_interp_by_factors_and_cut(gives: Callable[..., None], params: dict[str, Value], size: tuple[int, int]) -> None:
    begin, end = -int(params.get("pad_beg", 0)), -int(params.get("pad_end", 0))  # type: ignore[arg-type]
    layer = Layer("i", "Interp", ("x",), ("y",), params)
    gives(
        Net("net", {"x": (2, 3, 6, 8)}, (layer,)), lambda x: _resized(x[:, :, begin : 6 - end, begin : 8 - end], *size)
    )


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({}, "give height and width"),
        ({"zoom_factor": 0}, "at least 1"),
        ({"zoom_factor": 2, "pad_beg": 1}, "must not be positive"),
    ],
)
def test_an_interp_without_a_size_is_refused(params: dict[str, Value], message: str) -> None:
    with pytest.raises(NetError, match=message):
        infer_shapes(Net("net", {"x": (2, 3, 6, 8)}, (Layer("i", "Interp", ("x",), ("y",), params),)))


@pytest.mark.parametrize("scale", [1, 2, 3])
def test_upsample_repeats_pixels(gives: Callable[..., None], scale: int) -> None:
    layer = Layer("u", "Upsample", ("x",), ("y",), {"scale": scale})
    gives(Net("net", {"x": (2, 3, 4, 5)}, (layer,)), lambda x: x.repeat(scale, 2).repeat(scale, 3))
