"""Pooling on real pycaffe and exported: rounding, clipped windows, AVE's divisor."""

from collections.abc import Callable

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from clsbench.caffe.net import Layer, Net, Value
from clsbench.caffe.shapes import infer_shapes
from clsbench.errors import NetError


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


def test_stochastic_pooling_is_refused(exported: Callable[[Net], object]) -> None:
    layer = Layer("pool", "Pooling", ("x",), ("y",), {"pool": "STOCHASTIC", "kernel_size": 2})
    with pytest.raises(NetError, match=r"layer 'pool' of type Pooling: STOCHASTIC"):
        exported(Net("pool", {"x": (2, 3, 5, 7)}, (layer,)))


def test_whole_windows_need_one_node(exported: Callable[[Net], list[str]]) -> None:
    layer = Layer("pool", "Pooling", ("x",), ("y",), {"pool": "AVE", "kernel_size": 3, "stride": 1, "pad": 1})
    assert exported(Net("pool", {"x": (1, 3, 8, 8)}, (layer,))) == ["AveragePool"]


def test_clipped_windows_get_their_divisor_by_a_product(exported: Callable[[Net], list[str]]) -> None:
    layer = Layer("pool", "Pooling", ("x",), ("y",), {"pool": "AVE", "kernel_size": 3, "stride": 2})
    assert exported(Net("pool", {"x": (1, 3, 8, 8)}, (layer,))) == ["Pad", "AveragePool", "Mul"]
