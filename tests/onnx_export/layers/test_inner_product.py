"""InnerProduct on real pycaffe and exported."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clsbench.caffe.net import Layer, Net
from clsbench.errors import NetError


@pytest.mark.pycaffe
@settings(max_examples=40, deadline=None, derandomize=True)
@given(data=st.data(), transpose=st.booleans(), bias=st.booleans(), seed=st.integers(0, 99))
def test_an_inner_product_gives_what_caffe_gives(
    agrees: Callable[..., None], data: st.DataObject, *, transpose: bool, bias: bool, seed: int
) -> None:
    shape = tuple(data.draw(st.lists(st.integers(1, 5), min_size=2, max_size=4)))
    axis = data.draw(st.sampled_from([*range(1, len(shape)), *range(1 - len(shape), 0)]))
    params = {"num_output": 4, "axis": axis, "transpose": transpose, "bias_term": bias}
    agrees(Net("net", {"x": shape}, (Layer("fc", "InnerProduct", ("x",), ("y",), params),)), seed)


def test_an_inner_product_over_the_batch_is_refused(exported: Callable[[Net], object]) -> None:
    layer = Layer("fc", "InnerProduct", ("x",), ("y",), {"num_output": 4, "axis": 0})
    with pytest.raises(
        NetError, match=r"layer 'fc' of type InnerProduct: needs other weights for every number of images"
    ):
        exported(Net("net", {"x": (1, 3)}, (layer,)))
