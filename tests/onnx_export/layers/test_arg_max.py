"""ArgMax on real pycaffe and exported, with equal numbers."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clsbench.caffe.net import Layer, Net, Value
from clsbench.errors import NetError


@pytest.mark.pycaffe
@settings(max_examples=60, deadline=None, derandomize=True)
@given(data=st.data(), values=st.booleans(), seed=st.integers(0, 99))
def test_arg_max_gives_what_caffe_gives(
    agrees: Callable[..., None], data: st.DataObject, *, values: bool, seed: int
) -> None:
    shape = tuple(data.draw(st.lists(st.integers(2, 5), min_size=2, max_size=4)))
    params: dict[str, Value] = {"out_max_val": values, "top_k": data.draw(st.integers(1, 2))}
    if data.draw(st.booleans()):
        params["axis"] = data.draw(st.sampled_from([*range(1, len(shape)), *range(1 - len(shape), 0)]))
    net = Net("net", {"x": shape}, (Layer("y", "ArgMax", ("x",), ("y",), params),))
    agrees(net, seed, prepare=lambda x: x.round())


def test_the_largest_of_the_batch_is_refused(exported: Callable[[Net], object]) -> None:
    with pytest.raises(NetError, match=r"layer 'y' of type ArgMax: looks for the largest along the batch"):
        exported(Net("net", {"x": (2, 3)}, (Layer("y", "ArgMax", ("x",), ("y",), {"axis": 0}),)))
