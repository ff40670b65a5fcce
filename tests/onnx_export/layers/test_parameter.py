"""Parameter on real pycaffe and exported."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clsbench.caffe.net import Layer, Net


@pytest.mark.pycaffe
@settings(max_examples=5, deadline=None, derandomize=True)
@given(seed=st.integers(0, 99))
def test_weights_as_a_blob_give_what_caffe_gives(agrees: Callable[..., None], seed: int) -> None:
    own = Layer("own", "Parameter", (), ("own",), {"shape": (3,)})
    agrees(Net("net", {"x": (2, 3, 4, 5)}, (own, Layer("sum", "Bias", ("x", "own"), ("y",)))), seed)
