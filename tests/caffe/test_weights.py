from pathlib import Path

import numpy as np
import pytest

from clsbench.caffe.caffemodel import Weights, read_caffemodel
from clsbench.caffe.net import Blob, Layer, Net
from clsbench.caffe.prototxt import read_prototxt
from clsbench.caffe.weights import attach
from clsbench.errors import WeightsError

NET = Net(
    "tiny",
    {"data": (1, 3, 8, 8)},
    (
        Layer("conv", "Convolution", ("data",), ("conv",), {"num_output": 4, "kernel_size": (3,)}),
        Layer("relu", "ReLU", ("conv",), ("conv",)),
        Layer("norm", "BatchNorm", ("conv",), ("conv",)),
        Layer("fc", "InnerProduct", ("conv",), ("fc",), {"num_output": 5}),
    ),
)


def _zeros(*shape: int) -> Blob:
    return np.zeros(shape, np.float32)


def _fitting() -> dict[str, tuple[Blob, ...]]:
    return {
        "conv": (_zeros(4, 3, 3, 3), _zeros(4)),
        "norm": (_zeros(4), _zeros(4), _zeros(1)),
        "fc": (_zeros(5, 144), _zeros(5)),
    }


def _refusal(weights: Weights) -> str:
    with pytest.raises(WeightsError) as caught:
        attach(NET, weights, "x.caffemodel")
    return str(caught.value)


def test_blobs_come_to_their_layers_without_a_copy() -> None:
    weights = _fitting()
    net = attach(NET, weights, "x")
    assert [[blob.shape for blob in layer.blobs] for layer in net.layers] == [
        [(4, 3, 3, 3), (4,)],
        [],
        [(4,), (4,), (1,)],
        [(5, 144), (5,)],
    ]
    assert np.shares_memory(net.layers[3].blobs[0], weights["fc"][0])
    assert net == NET


def test_older_shapes_of_four_axes_are_the_same_shapes() -> None:
    weights = _fitting() | {
        "conv": (_zeros(4, 3, 3, 3), _zeros(1, 1, 1, 4)),
        "norm": (_zeros(1, 1, 1, 4), _zeros(4), _zeros(1, 1, 1, 1)),
        "fc": (_zeros(1, 1, 5, 144), _zeros(1, 1, 1, 5)),
    }
    assert attach(NET, weights, "x").layers[3].blobs[0].shape == (5, 144)


def test_everything_that_does_not_fit_is_listed_in_one_error() -> None:
    weights = _fitting()
    weights["conv"] = (_zeros(4, 3, 3, 3),)
    del weights["norm"]
    weights["fc"] = (_zeros(144, 5), _zeros(5))
    weights["aux"] = (_zeros(2),)
    assert _refusal(weights).splitlines() == [
        "x.caffemodel: does not fit network 'tiny' (4 of its layers' weights); "
        "give the caffemodel that belongs to this prototxt:",
        "  'conv': the file has 4x3x3x3, but the net needs 4x3x3x3 and 4",
        "  'norm': not in the file, but the net needs 4 and 4 and 1",
        "  'fc': the file has 144x5 and 5, but the net needs 5x144 and 5",
        "  'aux': the file has 2, but the net has no such weights",
    ]


def test_weights_for_a_layer_that_has_none_are_surplus_unless_they_are_empty() -> None:
    attach(NET, _fitting() | {"relu": (_zeros(0),), "loss": (_zeros(0, 0, 0, 0),)}, "x")
    assert "'relu': the file has 4, but the net has no such weights" in _refusal(_fitting() | {"relu": (_zeros(4),)})


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_numbers_that_are_not_finite_are_refused_with_the_layers_name(bad: float) -> None:
    weights = _fitting()
    weights["fc"][0][3, 5] = bad
    assert "'fc': the file has numbers that are not finite" in _refusal(weights)


@pytest.mark.shared
def test_real_weights_fit_their_network(shared: Path) -> None:
    model = shared / "squeezenet" / "squeezenet_v1.0.caffemodel"
    net = attach(read_prototxt(shared / "squeezenet" / "deploy.prototxt"), read_caffemodel(model), str(model))
    assert sum(blob.size for layer in net.layers for blob in layer.blobs) == 1_248_424
