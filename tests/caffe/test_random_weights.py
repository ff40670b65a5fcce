"""Random weights: the same for the same seed, in the shapes that Caffe expects, and good for a meaningful result."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest

from clsbench.caffe.blob_shapes import blob_shapes
from clsbench.caffe.net import Layer, Net, Value
from clsbench.caffe.random_weights import with_random_weights
from clsbench.caffe.shapes import infer_shapes

INPUT = {"data": (1, 3, 16, 16)}


def _layer(name: str, layer_type: str, bottom: str, top: str, **params: Value) -> Layer:
    return Layer(name, layer_type, (bottom,), (top,), params)


def _net(*layers: Layer) -> Net:
    return Net("net", INPUT, layers)


def _conv(name: str, bottom: str, **params: Value) -> Layer:
    return _layer(name, "Convolution", bottom, name, **{"num_output": 64, "kernel_size": (3,), **params})


CONV_BN_SCALE = (
    _conv("conv", "data", bias_term=False),
    _layer("bn", "BatchNorm", "conv", "conv"),
    _layer("scale", "Scale", "conv", "conv", bias_term=True),
    _layer("relu", "ReLU", "conv", "conv"),
    _layer("fc", "InnerProduct", "conv", "fc", num_output=10),
    _layer("prob", "Softmax", "fc", "prob"),
)


def _blobs(net: Net) -> Mapping[str, tuple[np.ndarray[tuple[int, ...], np.dtype[np.float32]], ...]]:
    return {layer.name: layer.blobs for layer in net.layers}


def _same(left: Net, right: Net) -> bool:
    pairs = zip(left.layers, right.layers, strict=True)
    return all(np.array_equal(a, b) for one, two in pairs for a, b in zip(one.blobs, two.blobs, strict=True))


def test_a_seed_gives_the_same_weights_again_and_another_seed_others() -> None:
    net = _net(*CONV_BN_SCALE)

    assert _same(with_random_weights(net, 1), with_random_weights(net, 1))
    assert not _same(with_random_weights(net, 1), with_random_weights(net, 2))


def test_a_layers_weights_do_not_depend_on_what_follows_or_on_the_image_size() -> None:
    short = with_random_weights(_net(*CONV_BN_SCALE[:4], _conv("last", "conv")), 1)
    long = with_random_weights(_net(*CONV_BN_SCALE), 1)
    larger = with_random_weights(
        replace(_net(*CONV_BN_SCALE[:4], _conv("last", "conv")), inputs={"data": (2, 3, 32, 32)}), 1
    )

    for name in ("conv", "bn", "scale"):
        for other in (long, larger):
            assert all(np.array_equal(a, b) for a, b in zip(_blobs(short)[name], _blobs(other)[name], strict=True))


@pytest.mark.parametrize(
    "layer",
    [
        _conv("conv", "data", group=1),
        _conv("conv", "data", num_output=3, group=3, bias_term=False),
        _layer("up", "Deconvolution", "data", "up", num_output=4, kernel_size=(2,), stride=(2,)),
        _layer("dw", "ConvolutionDepthwise", "data", "dw", num_output=3, kernel_size=(3,)),
        _layer("fc", "InnerProduct", "data", "fc", num_output=4, transpose=True),
        _layer("bn", "BatchNorm", "data", "bn"),
        _layer("scale", "Scale", "data", "scale", bias_term=True),
        _layer("scale", "Scale", "data", "scale"),
        _layer("scale", "Scale", "data", "scale", num_axes=0),
        _layer("bias", "Bias", "data", "bias"),
        _layer("prelu", "PReLU", "data", "prelu"),
        _layer("prelu", "PReLU", "data", "prelu", channel_shared=True),
        _layer("relu", "ReLU", "data", "relu"),
    ],
    ids=str,
)
def test_every_layer_gets_the_blobs_that_caffe_expects(layer: Layer) -> None:
    net = with_random_weights(_net(layer), 0)

    expected = blob_shapes(layer, infer_shapes(net)[0].bottoms)
    assert tuple(blob.shape for blob in net.layers[0].blobs) == expected
    assert all(blob.dtype == np.float32 and np.isfinite(blob).all() for blob in net.layers[0].blobs)


def test_a_scale_by_a_second_bottom_has_no_factors_of_its_own() -> None:
    both = Layer("scale", "Scale", ("data", "data"), ("scale",), {"axis": 0, "bias_term": True})

    assert [blob.shape for blob in with_random_weights(_net(both), 0).layers[0].blobs] == [(1, 3, 16, 16)]


def test_batch_norm_has_statistics_that_matter() -> None:
    mean, variance, factor = _blobs(with_random_weights(_net(*CONV_BN_SCALE), 0))["bn"]

    assert 0.5 <= float(factor[0]) <= 1000.0
    assert float(factor[0]) != 1.0
    assert (variance > 0).all()
    assert np.std(mean / factor) > 0.1
    assert np.std(variance / factor) > 0.1


def test_sums_keep_their_size_whatever_the_input_is() -> None:
    small = _blobs(with_random_weights(_net(_conv("conv", "data"), _conv("next", "conv")), 0))
    large = _blobs(with_random_weights(_net(_conv("conv", "data"), _conv("next", "conv")), 0, input_rms=60.0))

    np.testing.assert_allclose(large["conv"][0] * 60, small["conv"][0], rtol=1e-5)
    np.testing.assert_array_equal(large["next"][0], small["next"][0])
    # 2 as He has it, then the scores' 4 out of these 2
    assert np.var(small["conv"][0]) * 3 * 9 == pytest.approx(2.0, rel=0.1)
    assert np.var(small["next"][0]) * 64 * 9 == pytest.approx(2.0, rel=0.05)


def test_the_net_itself_stays_without_weights() -> None:
    net = _net(*CONV_BN_SCALE)
    with_random_weights(net, 0)

    assert all(layer.blobs == () for layer in net.layers)
