"""Pooling's two dialects of rounding."""

import pytest

from clsbench.caffe.net import Layer, Net, Value
from clsbench.errors import NetError
from clsbench.lowering.rounding_mode import rounding_mode


def params_after(params: dict[str, Value], type_: str = "Pooling") -> dict[str, Value]:
    net = rounding_mode(Net("net", {"x": (1, 3, 8, 8)}, (Layer("pool", type_, ("x",), ("y",), params),)))
    return dict(net.layers[0].params)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"ceil_mode": False}, {"round_mode": "FLOOR"}),
        ({"round_mode": "FLOOR"}, {"round_mode": "FLOOR"}),
        ({"ceil_mode": False, "round_mode": "FLOOR"}, {"round_mode": "FLOOR"}),
        ({"ceil_mode": True}, {}),
        ({"round_mode": "CEIL"}, {}),
        ({}, {}),
    ],
)
def test_floor_is_said_in_bvlcs_words_and_ceil_not_at_all(before: dict[str, Value], after: dict[str, Value]) -> None:
    assert params_after({"pool": "MAX", "kernel_size": 3, **before}) == {"pool": "MAX", "kernel_size": 3, **after}


def test_words_that_contradict_each_other_are_refused() -> None:
    with pytest.raises(NetError, match="layer 'pool' of type Pooling"):
        params_after({"kernel_size": 3, "ceil_mode": True, "round_mode": "FLOOR"})
