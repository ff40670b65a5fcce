import pytest

from clsbench.caffe.net import Layer, Value
from clsbench.caffe.window import Window, rounds_up, window_of
from clsbench.errors import NetError


def _layer(layer_type: str, params: dict[str, Value]) -> Layer:
    return Layer("it", layer_type, ("a",), ("b",), params)


@pytest.mark.parametrize(
    ("layer_type", "params", "window"),
    [
        ("Convolution", {"kernel_size": (3,)}, Window((3, 3), (1, 1), (0, 0), (1, 1), (0, 0))),
        (
            "Convolution",
            {"kernel_size": (3, 5), "stride": (2,), "pad": (1, 2), "dilation": (2,)},
            Window((3, 5), (2, 2), (1, 2), (2, 2), (1, 2)),
        ),
        (
            "Deconvolution",
            {"kernel_h": 1, "kernel_w": 7, "stride_h": 2, "stride_w": 3, "pad_w": 3},
            Window((1, 7), (2, 3), (0, 3), (1, 1), (0, 3)),
        ),
        (
            "Pooling",
            {"kernel_size": 3, "stride": 2, "pad_h": 1, "pad_w": 0},
            Window((3, 3), (2, 2), (1, 0), (1, 1), (1, 0)),
        ),
    ],
)
def test_every_spelling_of_a_window_is_read(layer_type: str, params: dict[str, Value], window: Window) -> None:
    assert window_of(_layer(layer_type, params)) == window


def test_dilation_spreads_the_kernel() -> None:
    assert Window((3, 1), (1, 1), (0, 0), (2, 5), (0, 0)).extent == (5, 1)


@pytest.mark.parametrize(
    ("layer_type", "params", "words"),
    [
        ("Convolution", {}, "kernel_size is not set"),
        ("Convolution", {"kernel_h": 3}, "kernel_w is not set, but the other side is"),
        ("Convolution", {"kernel_size": (3,), "stride_h": 2}, "stride_w is not set, but the other side is"),
        ("Convolution", {"kernel_size": (3,), "kernel_h": 3, "kernel_w": 3}, "gives both kernel_size and kernel_h"),
        ("Convolution", {"kernel_size": (3, 3, 3)}, "kernel_size has 3 values"),
        ("Convolution", {"kernel_size": (3,), "stride": (0,)}, "must be at least 1"),
        ("Convolution", {"kernel_size": (3,), "pad": (-1,)}, "must not be negative"),
        ("Pooling", {"kernel_size": 3, "pad_h": 1}, "pad_w is not set, but the other side is"),
    ],
)
def test_a_window_that_says_too_little_or_too_much_is_refused(
    layer_type: str, params: dict[str, Value], words: str
) -> None:
    with pytest.raises(NetError, match=words):
        window_of(_layer(layer_type, params))


def test_caffe_rounds_up_unless_told_otherwise() -> None:
    assert rounds_up(_layer("Pooling", {}))
    assert not rounds_up(_layer("Pooling", {"ceil_mode": False}))
    assert not rounds_up(_layer("Pooling", {"round_mode": "FLOOR"}))
    with pytest.raises(NetError, match="contradict"):
        rounds_up(_layer("Pooling", {"ceil_mode": False, "round_mode": "CEIL"}))
