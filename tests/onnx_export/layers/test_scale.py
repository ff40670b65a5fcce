"""Scale on real pycaffe and exported, with one bottom and with two."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clsbench.caffe.net import Layer, Net, Value
from clsbench.errors import NetError


@pytest.mark.pycaffe
@settings(max_examples=50, deadline=None, derandomize=True)
@given(data=st.data(), bias=st.booleans(), seed=st.integers(0, 99))
def test_a_scale_of_its_own_gives_what_caffe_gives(
    agrees: Callable[..., None], data: st.DataObject, *, bias: bool, seed: int
) -> None:
    shape = tuple(data.draw(st.lists(st.integers(1, 4), min_size=2, max_size=5)))
    axis = data.draw(st.integers(1, len(shape) - 1))
    num_axes = data.draw(st.integers(-1, len(shape) - axis))
    params = {"axis": data.draw(st.sampled_from([axis, axis - len(shape)])), "num_axes": num_axes, "bias_term": bias}
    agrees(Net("net", {"x": shape}, (Layer("y", "Scale", ("x",), ("y",), params),)), seed)


@pytest.mark.pycaffe
@settings(max_examples=25, deadline=None, derandomize=True)
@given(shape=st.lists(st.integers(1, 4), min_size=2, max_size=4).map(tuple), data=st.data(), seed=st.integers(0, 99))
def test_a_scale_by_a_second_bottom_gives_what_caffe_gives(
    agrees: Callable[..., None], shape: tuple[int, ...], data: st.DataObject, seed: int
) -> None:
    factor = shape[: data.draw(st.integers(1, len(shape)))]
    layer = Layer("y", "Scale", ("x", "factor"), ("y",), {"axis": 0})
    agrees(Net("net", {"x": shape, "factor": factor}, (layer,)), seed)


@pytest.mark.pycaffe
@pytest.mark.parametrize("bias", [False, True])
def test_a_second_bottom_that_stands_for_later_axes_gives_what_caffe_gives(
    agrees: Callable[..., None], *, bias: bool
) -> None:
    layers = (
        # images become one long row, which is then no batch any more but for its first axis
        Layer("turned", "Permute", ("x",), ("turned",), {"order": (1, 0, 2)}),
        Layer("y", "Scale", ("turned", "factor"), ("y",), {"axis": 1}),
    )
    if bias:
        layers = (*layers[:1], Layer("y", "Bias", ("turned", "factor"), ("y",), {"axis": 1}))
    agrees(Net("net", {"x": (2, 3, 4), "factor": (2, 4)}, layers))


@pytest.mark.pycaffe
def test_a_gate_a_channel_gives_what_caffe_gives(agrees: Callable[..., None]) -> None:
    params: dict[str, Value] = {"axis": 0, "bias_term": False}
    layers = (
        Layer("pool", "Pooling", ("x",), ("pool",), {"pool": "AVE", "global_pooling": True}),
        Layer("flat", "Reshape", ("pool",), ("flat",), {"shape": (0, 0)}),
        Layer("gate", "Sigmoid", ("flat",), ("flat",)),
        Layer("y", "Scale", ("x", "flat"), ("y",), params),
    )
    agrees(Net("net", {"x": (2, 3, 4, 5)}, layers))


def test_a_bias_for_every_image_is_refused(exported: Callable[[Net], object]) -> None:
    layer = Layer("y", "Scale", ("x", "a"), ("y",), {"axis": 0, "bias_term": True})
    with pytest.raises(NetError, match=r"layer 'y' of type Scale: needs other weights for every number of images"):
        exported(Net("net", {"x": (1, 3), "a": (1, 3)}, (layer,)))
