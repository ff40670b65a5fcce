"""CReLU against its formula."""

from collections.abc import Callable
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from clsbench.caffe.net import Layer, Net


@settings(max_examples=20, deadline=None, derandomize=True)
@given(axis=st.integers(-4, 3), slope=st.sampled_from([0.0, 0.1]), seed=st.integers(0, 99))
def test_crelu_is_the_relu_of_a_blob_and_of_its_negative(
    gives: Callable[..., None], axis: int, slope: float, seed: int
) -> None:
    def restated(x: Any) -> Any:
        both = np.concatenate([x, -x], axis)
        return np.maximum(both, 0) + slope * np.minimum(both, 0)

    if axis % 4 == 0:
        return  # the images of a batch
    layer = Layer("c", "CReLU", ("x",), ("y",), {"concat_axis": axis, "negative_slope": slope})
    gives(Net("net", {"x": (2, 3, 4, 5)}, (layer,)), restated, seed)
