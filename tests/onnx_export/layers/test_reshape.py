"""Reshape on real pycaffe and exported."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from clsbench.caffe.net import Layer, Net, Value
from clsbench.errors import NetError


@pytest.mark.pycaffe
@pytest.mark.parametrize(
    "params",
    [
        {"shape": (0, 0)},
        {"shape": (0, -1)},
        {"shape": (-1, 6, 2)},
        {"shape": (0, 3, 4, 1)},
        {"shape": (6, -1)},
        {"shape": (2, 3), "axis": 1, "num_axes": 1},
        {"shape": (2, 3), "axis": -4, "num_axes": 1},
        {"shape": (-1,), "axis": 1},
        {"shape": (1,), "axis": 1, "num_axes": 0},
        {"shape": (1, 1), "axis": -1, "num_axes": 0},
        {"shape": (), "axis": 2, "num_axes": 2},
    ],
)
def test_reshape_gives_what_caffe_gives(agrees: Callable[..., None], params: dict[str, Value]) -> None:
    sizes = (1, 1) if params["shape"] in {(0, 0), ()} else (2, 1)
    agrees(Net("net", {"x": (4, 6, *sizes)}, (Layer("y", "Reshape", ("x",), ("y",), params),)))


def test_a_fixed_number_of_images_is_refused(exported: Callable[[Net], object]) -> None:
    layer = Layer("y", "Reshape", ("x",), ("y",), {"shape": (1, 6)})
    with pytest.raises(NetError, match=r"does not take 2 images at a time.*layer 'y' of type Reshape"):
        exported(Net("net", {"x": (1, 6, 1, 1)}, (layer,)))


@pytest.mark.parametrize("factor", [2, 3])
def test_channels_become_pixels_as_synopsys_reshape_layer_puts_them(gives: Callable[..., None], factor: int) -> None:
    def restated(x: Any) -> Any:
        result = np.empty((2, x.shape[1] // factor**2, 4 * factor, 5 * factor), np.float32)
        for channel, row, column in np.ndindex(*x.shape[1:]):
            place = row * factor + channel // factor % factor, column * factor + channel % factor
            result[:, channel // factor**2, *place] = x[:, channel, row, column]
        return result

    layer = Layer("y", "Reshape", ("x",), ("y",), {"pixelshuffler": factor})
    gives(Net("net", {"x": (2, 2 * factor**2, 4, 5)}, (layer,)), restated)
