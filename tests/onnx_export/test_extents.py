"""Shapes with the number of images left open."""

import pytest

from clsbench.caffe.net import Layer, Net
from clsbench.errors import NetError
from clsbench.onnx_export.extents import Extent, layer_extents


def test_the_batch_is_followed_through_layers_that_move_it() -> None:
    layers = (
        Layer("turn", "Permute", ("x",), ("turned",), {"order": (1, 0, 2)}),
        Layer("flat", "Flatten", ("turned",), ("flat",)),
        Layer("sum", "Reduction", ("x",), ("sum",)),
    )
    turned, flat, total = layer_extents(Net("net", {"x": (5, 3, 4)}, layers))
    assert turned.bottoms == (Extent((1, 3, 4), 0),)
    assert turned.tops == (Extent((3, 1, 4), 1),)
    assert flat.tops == (Extent((3, 4), 1),)
    assert flat.tops[0].reshape_target == (3, -1)
    assert total.tops == (Extent((), None),)


def test_a_net_for_one_number_of_images_is_refused() -> None:
    net = Net("net", {"x": (10, 4)}, (Layer("y", "Reshape", ("x",), ("y",), {"shape": (10, 2, 2)}),))
    with pytest.raises(NetError, match=r"network 'net' does not take 1 images at a time.*layer 'y' of type Reshape"):
        layer_extents(net)
