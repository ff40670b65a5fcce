import pytest

from clsbench.caffe.net import Layer, Net, Shape, Value
from clsbench.caffe.shapes import infer_shapes
from clsbench.errors import NetError


def _top(layer_type: str, params: dict[str, Value], shape: Shape = (1, 4, 7, 8)) -> Shape:
    layer = Layer("it", layer_type, ("data",), ("it",), params)
    return infer_shapes(Net("n", {"data": shape}, (layer,)))[0].tops[0]


@pytest.mark.parametrize(
    ("rounding", "size"),
    [
        ({}, (3, 4)),
        ({"ceil_mode": True}, (3, 4)),
        ({"ceil_mode": False}, (3, 3)),
        ({"round_mode": "FLOOR"}, (3, 3)),
        ({"ceil_mode": False, "round_mode": "FLOOR"}, (3, 3)),
    ],
)
def test_a_pool_rounds_up_unless_one_of_the_dialects_says_no(rounding: dict[str, Value], size: Shape) -> None:
    assert _top("Pooling", {"kernel_size": 3, "stride": 2, **rounding})[2:] == size


def test_the_dialects_may_not_contradict_each_other() -> None:
    with pytest.raises(NetError, match="ceil_mode and round_mode contradict"):
        _top("Pooling", {"kernel_size": 3, "ceil_mode": True, "round_mode": "FLOOR"})


def test_a_pool_whose_last_window_sees_no_pixel_is_refused() -> None:
    with pytest.raises(NetError, match=r"beyond height 7 .*sees no pixel"):
        _top("Pooling", {"kernel_size": 1, "stride": 7}, (1, 1, 7, 8))


def test_a_pool_may_be_larger_than_its_image_as_long_as_it_sees_some_of_it() -> None:
    assert _top("Pooling", {"kernel_size": 3, "stride": 2}, (1, 4, 2, 2)) == (1, 4, 1, 1)


def test_a_kernel_that_does_not_fit_names_both_sizes() -> None:
    with pytest.raises(NetError, match=r"kernel of 9 .*height 7 with pad 0"):
        _top("Convolution", {"num_output": 1, "kernel_size": (5,), "dilation": (2,)})


def test_a_stochastic_pool_has_no_pad() -> None:
    assert _top("Pooling", {"kernel_size": 3, "pool": "STOCHASTIC"}) == (1, 4, 5, 6)
    with pytest.raises(NetError, match="STOCHASTIC pooling has none"):
        _top("Pooling", {"kernel_size": 3, "pool": "STOCHASTIC", "pad": 1})


def test_only_channels_are_convolved() -> None:
    with pytest.raises(NetError, match="axis 2 is not the channels"):
        _top("Convolution", {"num_output": 1, "kernel_size": (1,), "axis": 2})
    assert _top("Convolution", {"num_output": 1, "kernel_size": (1,), "axis": -3}) == (1, 1, 7, 8)


@pytest.mark.parametrize("layer_type", ["ConvolutionDepthwise", "DepthwiseConvolution"])
def test_a_depthwise_convolution_has_one_group_a_channel(layer_type: str) -> None:
    assert _top(layer_type, {"num_output": 4, "kernel_size": (3,), "pad": (1,)}) == (1, 4, 7, 8)
    for wrong in ({"num_output": 8}, {"num_output": 4, "group": 2}):
        with pytest.raises(NetError, match="must be the bottom's 4 channels"):
            _top(layer_type, {"kernel_size": (3,), **wrong})
