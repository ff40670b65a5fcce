"""Slice on real pycaffe and exported."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clsbench.caffe.net import Layer, Net, Value
from clsbench.errors import NetError


@pytest.mark.pycaffe
@settings(max_examples=25, deadline=None, derandomize=True)
@given(data=st.data(), seed=st.integers(0, 99))
def test_slice_gives_what_caffe_gives(agrees: Callable[..., None], data: st.DataObject, seed: int) -> None:
    axis = data.draw(st.integers(1, 3))
    shape = [2, 3, 4, 5]
    shape[axis] = 6
    place = data.draw(st.sampled_from([{"axis": axis}, {"axis": axis - 4}, {"slice_dim": axis}]))
    points = data.draw(st.sets(st.integers(1, 5), max_size=3))
    params: dict[str, Value] = {**place, "slice_point": tuple(sorted(points))} if points else dict(place)
    count = len(points) + 1 if points else data.draw(st.sampled_from([1, 2, 3, 6]))
    tops = tuple(f"y{number}" for number in range(count))
    agrees(Net("net", {"x": tuple(shape)}, (Layer("y", "Slice", ("x",), tops, params),)), seed)


def test_the_batch_cannot_be_cut(exported: Callable[[Net], object]) -> None:
    layer = Layer("y", "Slice", ("x",), ("a", "b"), {"axis": 0})
    with pytest.raises(NetError, match=r"does not take 1 images at a time.*layer 'y' of type Slice"):
        exported(Net("net", {"x": (2, 3)}, (layer,)))
