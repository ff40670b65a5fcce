"""MVN on real pycaffe and exported."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clsbench.caffe.net import Layer, Net

pytestmark = pytest.mark.pycaffe


@settings(max_examples=40, deadline=None, derandomize=True)
@given(
    variance=st.booleans(),
    across=st.booleans(),
    eps=st.sampled_from([1e-9, 0.1]),
    size=st.integers(2, 5),
    seed=st.integers(0, 99),
)
def test_mvn_gives_what_caffe_gives(
    agrees: Callable[..., None], *, variance: bool, across: bool, eps: float, size: int, seed: int
) -> None:
    params = {"normalize_variance": variance, "across_channels": across, "eps": eps}
    agrees(Net("net", {"x": (2, 3, size, 4)}, (Layer("y", "MVN", ("x",), ("y",), params),)), seed)
