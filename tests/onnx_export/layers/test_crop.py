"""Crop on real pycaffe and exported."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clsbench.caffe.net import Layer, Net, Value
from clsbench.errors import NetError


@pytest.mark.pycaffe
@settings(max_examples=40, deadline=None, derandomize=True)
@given(data=st.data(), axis=st.integers(1, 3), seed=st.integers(0, 99))
def test_crop_gives_what_caffe_gives(agrees: Callable[..., None], data: st.DataObject, axis: int, seed: int) -> None:
    like = (2, 3, 4, 3)
    count = data.draw(st.sampled_from([0, 1, 4 - axis]))
    offsets = tuple(data.draw(st.integers(0, 2)) for _ in range(count))
    shape = tuple(size if place < axis else size + 2 for place, size in enumerate(like))
    params: dict[str, Value] = {"axis": axis, "offset": offsets} if offsets else {"axis": axis}
    net = Net("net", {"x": shape, "like": like}, (Layer("y", "Crop", ("x", "like"), ("y",), params),))
    agrees(net, seed)


@pytest.mark.pycaffe
def test_crop_of_the_whole_batch_gives_what_caffe_gives(agrees: Callable[..., None]) -> None:
    layer = Layer("y", "Crop", ("x", "like"), ("y",), {"axis": 0, "offset": (0, 1)})
    agrees(Net("net", {"x": (2, 5), "like": (2, 3)}, (layer,)))


def test_the_batch_cannot_be_cut(exported: Callable[[Net], object]) -> None:
    layers = (
        Layer("more", "Tile", ("x",), ("more",), {"axis": 0, "tiles": 2}),
        Layer("y", "Crop", ("more", "like"), ("y",), {"axis": 0}),
    )
    with pytest.raises(NetError, match=r"layer 'y' of type Crop: cuts to the number of images along axis 0"):
        exported(Net("net", {"x": (2, 3), "like": (2, 3)}, layers))
