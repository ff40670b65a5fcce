"""Where BatchNorm and Scale go, and with what weights; that nets give the same is seen in test_passes.py."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clsbench.caffe.net import Blob, Layer, Net, Value
from clsbench.lowering.fold_batch_norm import fold_batch_norm

WithBlobs = Callable[[Net, int], Net]

CONV = Layer("conv", "Convolution", ("data",), ("conv",), {"num_output": 4, "kernel_size": (3,), "bias_term": False})
BATCH_NORM = Layer("bn", "BatchNorm", ("conv",), ("conv",))
SCALE = Layer("scale", "Scale", ("conv",), ("conv",), {"bias_term": True})
RELU = Layer("relu", "ReLU", ("conv",), ("conv",))


def net_of(*layers: Layer) -> Net:
    return Net("net", {"data": (2, 3, 6, 6)}, layers)


def test_all_of_them_go_into_the_convolution(with_blobs: WithBlobs) -> None:
    conv, relu = fold_batch_norm(with_blobs(net_of(CONV, BATCH_NORM, SCALE, RELU), 0)).layers
    assert (conv.name, conv.type, conv.params["bias_term"]) == ("conv", "Convolution", True)
    assert [blob.shape for blob in conv.blobs] == [(4, 3, 3, 3), (4,)]
    assert conv.tops == relu.bottoms


def test_weights_are_rounded_once(with_blobs: WithBlobs) -> None:
    net = with_blobs(net_of(CONV, BATCH_NORM, SCALE), 1)
    weight, mean, variance, factor, gamma, beta = (
        blob.astype(np.longdouble) for layer in net.layers for blob in layer.blobs
    )
    share = 0 if factor[0] == 0 else 1 / factor[0]
    scale = gamma / np.sqrt(variance * share + np.longdouble(1e-5))
    folded = fold_batch_norm(net).layers[0].blobs
    exact = (weight * scale.reshape(-1, 1, 1, 1), beta - mean * share * scale)
    for blob, wanted in zip(folded, exact, strict=True):
        assert blob.dtype == np.float32
        np.testing.assert_array_max_ulp(blob, wanted.astype(np.float32), maxulp=1)


def test_a_blob_that_others_read_stays_as_it_is(with_blobs: WithBlobs) -> None:
    norm = replace(BATCH_NORM, tops=("normal",))
    both = Layer("both", "Eltwise", ("conv", "normal"), ("both",))
    net = with_blobs(net_of(CONV, norm, both), 0)
    folded = fold_batch_norm(net)
    assert [layer.type for layer in folded.layers] == ["Convolution", "Scale", "Eltwise"]
    assert folded.layers[0] is net.layers[0]


def test_before_activation_both_become_one_scale(with_blobs: WithBlobs) -> None:
    pool = Layer("pool", "Pooling", ("data",), ("conv",), {"kernel_size": 2})
    _, scale, relu = fold_batch_norm(with_blobs(net_of(pool, BATCH_NORM, SCALE, RELU), 0)).layers
    assert (scale.name, scale.type, [blob.shape for blob in scale.blobs]) == ("bn", "Scale", [(3,), (3,)])
    assert scale.tops == relu.bottoms


@pytest.mark.parametrize(
    "scale",
    [
        Layer("scale", "Scale", ("conv",), ("y",), {"axis": 2}),
        Layer("scale", "Scale", ("conv",), ("y",), {"num_axes": 2}),
        Layer("scale", "Scale", ("conv", "data"), ("y",), {"axis": 0}),
    ],
)
def test_a_scale_of_other_axes_stays(with_blobs: WithBlobs, scale: Layer) -> None:
    conv = replace(CONV, params={"num_output": 3, "kernel_size": (1,)})
    net = with_blobs(net_of(conv, scale), 0)
    assert fold_batch_norm(net) == net


def test_weights_that_do_not_change_are_not_copied(with_blobs: WithBlobs) -> None:
    other = Layer("other", "Convolution", ("conv",), ("other",), {"num_output": 4, "kernel_size": (1,)})
    lonely = Layer("lonely", "Scale", ("pool",), ("lonely",))
    net = with_blobs(
        net_of(CONV, BATCH_NORM, other, Layer("pool", "Pooling", ("other",), ("pool",), {"kernel_size": 2}), lonely), 0
    )
    folded = {layer.name: layer for layer in fold_batch_norm(net).layers}
    for layer in net.layers[2:]:
        assert folded[layer.name].blobs is layer.blobs


def test_a_net_without_weights_stays_as_it_is() -> None:
    names = [layer.name for layer in fold_batch_norm(net_of(CONV, BATCH_NORM, SCALE)).layers]
    assert names == ["conv", "bn", "scale"]


@pytest.mark.pycaffe
@settings(max_examples=40, deadline=None, derandomize=True)
@given(
    host=st.sampled_from(["Convolution", "InnerProduct"]),
    bias=st.booleans(),
    transpose=st.booleans(),
    group=st.sampled_from([1, 3]),
    scale_bias=st.booleans(),
    with_norm=st.booleans(),
    seed=st.integers(0, 999),
)
def test_a_folded_net_gives_what_caffe_gives(
    pycaffe: Any,
    with_blobs: WithBlobs,
    *,
    host: str,
    bias: bool,
    transpose: bool,
    group: int,
    scale_bias: bool,
    with_norm: bool,
    seed: int,
) -> None:
    params: dict[str, Value] = {"num_output": 6, "bias_term": bias}
    params |= {"transpose": transpose} if host == "InnerProduct" else {"kernel_size": (3,), "group": group}
    layers = [Layer("conv", host, ("data",), ("conv",), params)]
    if with_norm:
        layers.append(BATCH_NORM)
    layers.append(replace(SCALE, params={"bias_term": scale_bias}))
    net = with_blobs(net_of(*layers), seed)
    inputs: dict[str, Blob] = {"data": np.random.default_rng(seed).standard_normal((2, 3, 6, 6), np.float32)}
    folded = fold_batch_norm(net)
    assert [layer.type for layer in folded.layers] == [host]
    after, before = pycaffe.run(folded, inputs)["conv"], pycaffe.run(net, inputs)["conv"]
    # where the statistics count as 0, sqrt(1e-5) multiplies the numbers by 316
    np.testing.assert_allclose(after, before, rtol=1e-4, atol=1e-4 * max(1.0, float(np.abs(before).max())))
