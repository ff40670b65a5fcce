"""ShuffleChannel against a loop over channels."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from clsbench.caffe.net import Layer, Net
from clsbench.caffe.shapes import infer_shapes
from clsbench.errors import NetError


@pytest.mark.parametrize("group", [1, 2, 3, 4, 6, 12])
def test_channels_are_dealt_out_from_each_group_in_turn(gives: Callable[..., None], group: int) -> None:
    def restated(x: Any) -> Any:
        row = 12 // group
        result = np.empty_like(x)
        for channel in range(12):
            result[:, (channel % row) * group + channel // row] = x[:, channel]
        return result

    layer = Layer("s", "ShuffleChannel", ("x",), ("y",), {"group": group})
    gives(Net("net", {"x": (2, 12, 2, 3)}, (layer,)), restated)


def test_a_group_that_does_not_divide_the_channels_is_refused() -> None:
    layer = Layer("s", "ShuffleChannel", ("x",), ("y",), {"group": 5})
    with pytest.raises(NetError, match="group 5 must divide the bottom's 12 channels"):
        infer_shapes(Net("net", {"x": (2, 12, 2, 3)}, (layer,)))
