"""Pooling on real pycaffe and exported: rounding, clipped windows, AVE's divisor."""

from collections.abc import Callable, Iterator
from typing import TypeAlias

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from clsbench.caffe.net import Layer, Net, Value
from clsbench.caffe.settings import whole, word
from clsbench.caffe.shapes import infer_shapes
from clsbench.errors import NetError

Array: TypeAlias = "np.typing.NDArray[np.float32]"


@st.composite
def poolings(draw: st.DrawFn) -> Net:
    params: dict[str, Value] = {"pool": draw(st.sampled_from(["MAX", "AVE"]))}
    if draw(st.booleans()):
        kernel = draw(st.integers(1, 5))
        params |= {"kernel_size": kernel, "stride": draw(st.integers(1, 4)), "pad": draw(st.integers(0, kernel - 1))}
    else:
        for side in "hw":
            kernel = draw(st.integers(1, 5))
            params |= {f"kernel_{side}": kernel, f"stride_{side}": draw(st.integers(1, 4))}
            params[f"pad_{side}"] = draw(st.integers(0, kernel - 1))
    dialect = draw(st.sampled_from(["ceil_mode", "round_mode", None]))
    if dialect == "ceil_mode":
        params["ceil_mode"] = draw(st.booleans())
    elif dialect == "round_mode":
        params["round_mode"] = draw(st.sampled_from(["CEIL", "FLOOR"]))
    shape = (draw(st.integers(1, 2)), draw(st.integers(1, 3)), draw(st.integers(1, 12)), draw(st.integers(1, 12)))
    return Net("pool", {"x": shape}, (Layer("pool", "Pooling", ("x",), ("y",), params),))


def is_refused(net: Net) -> bool:
    try:
        infer_shapes(net)
    except NetError:
        return True
    return False


@pytest.mark.pycaffe
@settings(max_examples=250, deadline=None, derandomize=True)
@given(net=poolings(), seed=st.integers(0, 99))
def test_pooling_gives_what_caffe_gives(agrees: Callable[..., None], net: Net, seed: int) -> None:
    assume(not is_refused(net))
    # all numbers below 0, so that a MAX over padding would be seen
    agrees(net, seed, prepare=lambda x: x - 3)


@pytest.mark.pycaffe
@pytest.mark.parametrize("pool", ["MAX", "AVE"])
def test_global_pooling_gives_what_caffe_gives(agrees: Callable[..., None], pool: str) -> None:
    layer = Layer("pool", "Pooling", ("x",), ("y",), {"pool": pool, "global_pooling": True})
    agrees(Net("pool", {"x": (2, 3, 5, 7)}, (layer,)))


def _windows(x: Array, layer: Layer, height: int, width: int) -> Iterator[tuple[int, int, Array, int]]:
    """Of each window: its place, the pixels inside the image, and how many there are with the padding's."""
    kernel, stride = whole(layer, "kernel_size"), whole(layer, "stride")
    top, left, bottom, right = (whole(layer, f"pad_{side}") for side in "tlbr")
    for row, column in np.ndindex(height, width):
        y, z = row * stride - top, column * stride - left
        ends = min(y + kernel, x.shape[2] + bottom), min(z + kernel, x.shape[3] + right)
        inside = x[:, :, max(y, 0) : min(ends[0], x.shape[2]), max(z, 0) : min(ends[1], x.shape[3])]
        yield row, column, inside, (ends[0] - y) * (ends[1] - z)


_OF_WINDOW: dict[str, Callable[[Array, int], Array]] = {
    "MAX": lambda inside, _: inside.max((2, 3)),
    "AVE": lambda inside, pixels: inside.sum((2, 3)) / pixels,
    "AVE_EXC_PAD": lambda inside, _: inside.mean((2, 3)),
    "AVE_TF": lambda inside, _: inside.mean((2, 3)),
    "STOCHASTIC": lambda inside, _: (inside**2).sum((2, 3)) / inside.sum((2, 3)),
}


@st.composite
def forks_pools(draw: st.DrawFn) -> Layer:
    params: dict[str, Value] = {"pool": draw(st.sampled_from(sorted(_OF_WINDOW))), "ceil_mode": draw(st.booleans())}
    params |= {"kernel_size": draw(st.integers(1, 4)), "stride": draw(st.integers(1, 3))}
    if params["pool"] != "STOCHASTIC":
        params |= {f"pad_{side}": draw(st.integers(0, 2)) for side in "lrtb"}
    return Layer("pool", "Pooling", ("x",), ("y",), params)


@settings(max_examples=80, deadline=None, derandomize=True)
@given(layer=forks_pools(), seed=st.integers(0, 99))
def test_forks_pools_give_what_their_source_says(gives: Callable[..., None], layer: Layer, seed: int) -> None:
    net = Net("pool", {"x": (2, 3, 5, 7)}, (layer,))
    try:
        ((_, _, height, width),) = infer_shapes(net)[0].tops
    except NetError:
        assume(False)  # as Caffe, it refuses windows that see no pixel

    def restated(x: Array) -> Array:
        result = np.empty((*x.shape[:2], height, width), np.float32)
        for row, column, inside, pixels in _windows(x, layer, height, width):
            result[:, :, row, column] = _OF_WINDOW[word(layer, "pool")](inside, pixels)
        return result

    gives(net, restated, seed, np.abs)


@pytest.mark.parametrize("pads", [{"pad_t": 1}, {"pad_l": 2, "pad_b": 1}])
def test_pads_of_one_side_exclude_the_others(pads: dict[str, Value]) -> None:
    layer = Layer("pool", "Pooling", ("x",), ("y",), {"kernel_size": 3, "pad": 1, **pads})
    with pytest.raises(NetError, match="gives both pad and pad_l"):
        infer_shapes(Net("pool", {"x": (2, 3, 5, 7)}, (layer,)))


def test_a_stochastic_pool_of_zeros_is_zero(gives: Callable[..., None]) -> None:
    layer = Layer("pool", "Pooling", ("x",), ("y",), {"pool": "STOCHASTIC", "global_pooling": True})
    gives(Net("pool", {"x": (2, 3, 5, 7)}, (layer,)), lambda x: np.zeros((2, 3, 1, 1), np.float32), 0, np.zeros_like)


def test_whole_windows_need_one_node(exported: Callable[[Net], list[str]]) -> None:
    layer = Layer("pool", "Pooling", ("x",), ("y",), {"pool": "AVE", "kernel_size": 3, "stride": 1, "pad": 1})
    assert exported(Net("pool", {"x": (1, 3, 8, 8)}, (layer,))) == ["AveragePool"]


def test_clipped_windows_get_their_divisor_by_a_product(exported: Callable[[Net], list[str]]) -> None:
    layer = Layer("pool", "Pooling", ("x",), ("y",), {"pool": "AVE", "kernel_size": 3, "stride": 2})
    assert exported(Net("pool", {"x": (1, 3, 8, 8)}, (layer,))) == ["Pad", "AveragePool", "Mul"]
