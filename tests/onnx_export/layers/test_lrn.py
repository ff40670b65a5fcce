"""LRN on real pycaffe and exported, both of its norms."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clsbench.caffe.net import Layer, Net, Value

pytestmark = pytest.mark.pycaffe


@settings(max_examples=50, deadline=None, derandomize=True)
@given(
    region=st.sampled_from(["ACROSS_CHANNELS", "WITHIN_CHANNEL"]),
    size=st.sampled_from([1, 3, 5, 7]),
    alpha=st.sampled_from([1e-4, 1.0, 5.0]),
    beta=st.sampled_from([0.75, 0.5, 2.0]),
    k=st.sampled_from([1.0, 2.0]),
    shape=st.tuples(st.integers(1, 2), st.integers(1, 9), st.integers(1, 6), st.integers(1, 6)),
)
def test_lrn_gives_what_caffe_gives(
    agrees: Callable[..., None], *, region: str, size: int, alpha: float, beta: float, k: float, shape: tuple[int, ...]
) -> None:
    params: dict[str, Value] = {"norm_region": region, "local_size": size, "alpha": alpha, "beta": beta, "k": k}
    agrees(Net("net", {"x": shape}, (Layer("y", "LRN", ("x",), ("y",), params),)))
