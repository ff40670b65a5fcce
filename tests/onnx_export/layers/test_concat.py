"""Concat on real pycaffe and exported."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clsbench.caffe.net import Layer, Net

pytestmark = pytest.mark.pycaffe


@settings(max_examples=25, deadline=None, derandomize=True)
@given(data=st.data(), seed=st.integers(0, 99))
def test_concat_gives_what_caffe_gives(agrees: Callable[..., None], data: st.DataObject, seed: int) -> None:
    shape = data.draw(st.lists(st.integers(1, 4), min_size=2, max_size=4))
    axis = data.draw(st.integers(1, len(shape) - 1))
    sizes = data.draw(st.lists(st.integers(1, 4), min_size=1, max_size=4))
    inputs = {f"x{place}": (*shape[:axis], size, *shape[axis + 1 :]) for place, size in enumerate(sizes)}
    params = data.draw(st.sampled_from([{"axis": axis}, {"axis": axis - len(shape)}, {"concat_dim": axis}]))
    agrees(Net("net", inputs, (Layer("y", "Concat", tuple(inputs), ("y",), params),)), seed)


def test_concat_of_images_gives_what_caffe_gives(agrees: Callable[..., None]) -> None:
    layer = Layer("y", "Concat", ("a", "b"), ("y",), {"axis": 0})
    agrees(Net("net", {"a": (2, 3), "b": (2, 3)}, (layer,)))


def test_a_blob_twice_gives_what_caffe_gives(agrees: Callable[..., None]) -> None:
    agrees(Net("net", {"a": (2, 3)}, (Layer("y", "Concat", ("a", "a"), ("y",)),)))
