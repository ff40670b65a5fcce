"""Eltwise on real pycaffe and exported."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clsbench.caffe.net import Layer, Net, Value

pytestmark = pytest.mark.pycaffe


@settings(max_examples=40, deadline=None, derandomize=True)
@given(data=st.data(), seed=st.integers(0, 99))
def test_eltwise_gives_what_caffe_gives(agrees: Callable[..., None], data: st.DataObject, seed: int) -> None:
    shape = tuple(data.draw(st.lists(st.integers(1, 4), min_size=1, max_size=4)))
    inputs = dict.fromkeys(("a", "b", "c", "d")[: data.draw(st.integers(2, 4))], shape)
    params: dict[str, Value] = {}
    operation = data.draw(st.sampled_from(["SUM", "PROD", "MAX", None]))
    if operation is not None:
        params["operation"] = operation
    if operation in {"SUM", None} and data.draw(st.booleans()):
        params["coeff"] = tuple(data.draw(st.sampled_from([1.0, 0.17, -2.0, 0.0])) for _ in inputs)
    agrees(Net("net", inputs, (Layer("y", "Eltwise", tuple(inputs), ("y",), params),)), seed)
