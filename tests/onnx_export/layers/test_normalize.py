"""Normalize against what normalize_layer.cpp of SSD computes."""

from collections.abc import Callable
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from clsbench.caffe.net import Layer, Net


@settings(max_examples=40, deadline=None, derandomize=True)
@given(
    shape=st.lists(st.integers(1, 5), min_size=2, max_size=4).map(tuple),
    flags=st.tuples(st.booleans(), st.booleans(), st.booleans()),
    eps=st.sampled_from([1e-10, 0.5]),
)
def test_numbers_are_divided_by_their_length_and_scaled(
    gives: Callable[..., None], shape: tuple[int, ...], flags: tuple[bool, bool, bool], eps: float
) -> None:
    across, shared, inside = flags

    def restated(x: Any, scale: Any) -> Any:
        result = np.empty_like(x)
        for image in range(shape[0]):
            squares = x[image].astype(np.float64) ** 2
            total = squares.sum() if across else squares.sum(0)
            length = np.sqrt(total + eps) if inside else np.sqrt(total) + eps
            for channel in range(shape[1]):
                result[image, channel] = x[image, channel] / length * (scale if shared else scale[channel])
        return result

    params = {"across_spatial": across, "channel_shared": shared, "eps": eps, "add_eps_before_sqrt": inside}
    gives(Net("net", {"x": shape}, (Layer("n", "Normalize", ("x",), ("y",), params),)), restated)
