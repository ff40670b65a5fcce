"""A state dict into blobs and back: every number in its place, and every fault named."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from clsbench.caffe.net import Net
from clsbench.errors import WeightsError
from clsbench.weights.mapping import WeightsMapping
from clsbench.weights.pairs import Norm, Product
from clsbench.weights.translation import to_caffe, to_source
from clsbench.zoo.builder import NetBuilder, Style
from clsbench.zoo.convolution import Conv

Tensors = dict[str, NDArray[Any]]


def blobs_of(net: Net) -> dict[str, tuple[NDArray[np.float32], ...]]:
    return {layer.name: layer.blobs for layer in net.layers if layer.blobs}


def test_each_number_comes_into_caffes_order(
    small_net: Net, small_mapping: WeightsMapping, small_tensors: Tensors
) -> None:
    blobs = blobs_of(to_caffe(small_net, small_mapping, small_tensors, "file"))
    norm = {name: small_tensors[f"stem.bn.{name}"] for name in ("running_mean", "running_var", "weight", "bias")}
    for blob, expected in zip(
        (*blobs["conv1_bn"], *blobs["conv1_scale"]),
        (norm["running_mean"], norm["running_var"], [1.0], norm["weight"], norm["bias"]),
        strict=True,
    ):
        np.testing.assert_array_equal(blob, expected)
    np.testing.assert_array_equal(blobs["conv1"][0], small_tensors["stem.conv.weight"][:, ::-1])
    np.testing.assert_array_equal(blobs["conv2"][0], small_tensors["grouped.weight"])
    np.testing.assert_array_equal(blobs["fc6"][0], small_tensors["fc6.weight"].reshape(5, 256))
    np.testing.assert_array_equal(blobs["classifier"][0], small_tensors["head.weight"].reshape(7, 6, 1, 1))
    assert all(blob.dtype == np.float32 for each in blobs.values() for blob in each)


def test_a_source_that_takes_blue_first_is_not_swapped(
    small_net: Net, small_mapping: WeightsMapping, small_tensors: Tensors
) -> None:
    blobs = blobs_of(to_caffe(small_net, replace(small_mapping, rgb=False), small_tensors, "file"))
    np.testing.assert_array_equal(blobs["conv1"][0], small_tensors["stem.conv.weight"])


def test_back_come_the_same_bits(small_net: Net, small_mapping: WeightsMapping, small_tensors: Tensors) -> None:
    back = to_source(to_caffe(small_net, small_mapping, small_tensors, "file"), small_mapping)
    needed = {name: tensor for name, tensor in small_tensors.items() if small_mapping.needs(name)}
    assert back.keys() == needed.keys()
    for name, tensor in needed.items():
        assert back[name].tobytes() == tensor.tobytes()
        assert back[name].shape == tensor.shape


@given(st.integers(1, 5), st.sampled_from([1, 2, 3]), st.booleans(), st.integers(0, 2**32 - 1))
def test_there_and_back_is_bit_equal_for_any_sizes(outputs: int, kernel: int, bias: bool, seed: int) -> None:
    builder = NetBuilder("any", 4, Style())
    builder.conv_norm("conv", Conv(outputs, kernel, bias=bias))
    builder.fully_connected("fc", 3)
    net = builder.net()
    side = 4 if kernel != 2 else 5
    pairs = (Product("conv", "c"), Norm("conv_bn", "conv_scale", "n"), Product("fc", "f", kernel=side))
    mapping = WeightsMapping(pairs, eps=1e-5)
    random = np.random.default_rng(seed)
    shapes = {
        **{"c.weight": (outputs, 3, kernel, kernel)},
        **({"c.bias": (outputs,)} if bias else {}),
        **{f"n.{name}": (outputs,) for name in ("weight", "bias", "running_mean", "running_var")},
        **{"f.weight": (3, outputs, side, side), "f.bias": (3,)},
    }
    tensors = {name: random.random(shape, np.float32) for name, shape in shapes.items()}
    back = to_source(to_caffe(net, mapping, tensors, "file"), mapping)
    assert {name: tensor.tobytes() for name, tensor in back.items()} == {
        name: tensor.tobytes() for name, tensor in tensors.items()
    }


def test_running_sums_come_back_as_means(small_net: Net, small_mapping: WeightsMapping, small_tensors: Tensors) -> None:
    weighted = to_caffe(small_net, small_mapping, small_tensors, "file")
    summed = _with_factor(weighted, 4.0)
    back = to_source(summed, small_mapping)
    np.testing.assert_array_equal(back["stem.bn.running_mean"], small_tensors["stem.bn.running_mean"])


def test_a_batch_norm_with_factor_zero_holds_nothing(
    small_net: Net, small_mapping: WeightsMapping, small_tensors: Tensors
) -> None:
    weighted = to_caffe(small_net, small_mapping, small_tensors, "file")
    with pytest.raises(WeightsError, match="layer 'conv1_bn': its factor is 0"):
        to_source(_with_factor(weighted, 0.0), small_mapping)


def _with_factor(net: Net, factor: float) -> Net:
    def changed(blobs: tuple[NDArray[np.float32], ...]) -> tuple[NDArray[np.float32], ...]:
        mean, variance, _ = blobs
        return mean * np.float32(factor), variance * np.float32(factor), np.array([factor], np.float32)

    return replace(
        net,
        layers=tuple(
            replace(layer, blobs=changed(layer.blobs)) if layer.type == "BatchNorm" else layer for layer in net.layers
        ),
    )


def test_older_names_are_taken(small_net: Net, small_mapping: WeightsMapping, small_tensors: Tensors) -> None:
    older = {name.replace("stem.", "old."): tensor for name, tensor in small_tensors.items()}
    assert blobs_of(to_caffe(small_net, small_mapping, older, "file"))["conv1_bn"][0].any()


def test_older_beside_newer_names_are_refused(
    small_net: Net, small_mapping: WeightsMapping, small_tensors: Tensors
) -> None:
    both = {**small_tensors, "old.conv.weight": small_tensors["stem.conv.weight"]}
    with pytest.raises(WeightsError, match="under their older and their newer names"):
        to_caffe(small_net, small_mapping, both, "file")


def test_half_floats_are_taken_exactly(small_net: Net, small_mapping: WeightsMapping, small_tensors: Tensors) -> None:
    half = small_tensors["fc7.weight"].astype(np.float16)
    blobs = blobs_of(to_caffe(small_net, small_mapping, {**small_tensors, "fc7.weight": half}, "file"))
    np.testing.assert_array_equal(blobs["fc7"][0], half)


FAULTS: dict[str, tuple[str, NDArray[Any] | None, str]] = {
    "missing": ("fc7.bias", None, "'fc7.bias': not in the file, but the network needs 6"),
    "surplus": ("fc9.bias", np.ones(2, np.float32), "'fc9.bias': the file has 2, but the network has no place for it"),
    "wrong shape": ("fc7.weight", np.ones((5, 6), np.float32), "'fc7.weight': the file has 5x6, but .* needs 6x5"),
    "double": ("fc7.bias", np.ones(6), "'fc7.bias': has numbers of type float64"),
    "integer": ("fc7.bias", np.ones(6, np.int64), "'fc7.bias': has numbers of type int64"),
    "NaN": ("fc7.bias", np.full(6, np.nan, np.float32), "'fc7.bias': has numbers that are not finite"),
    "infinite": ("fc7.bias", np.full(6, np.inf, np.float32), "'fc7.bias': has numbers that are not finite"),
    "variance": ("stem.bn.running_var", np.full(4, -1, np.float32), "'stem.bn.running_var': has variances below zero"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_tensor_that_does_not_fit_is_named(
    small_net: Net, small_mapping: WeightsMapping, small_tensors: Tensors, fault: str
) -> None:
    name, tensor, message = FAULTS[fault]
    tensors = {key: value for key, value in small_tensors.items() if key != name}
    if tensor is not None:
        tensors[name] = tensor
    with pytest.raises(WeightsError, match=message):
        to_caffe(small_net, small_mapping, tensors, "file")


def test_all_faults_stand_in_one_error(small_net: Net, small_mapping: WeightsMapping, small_tensors: Tensors) -> None:
    del small_tensors["fc7.bias"]
    small_tensors["fc9.bias"] = np.ones(2, np.float32)
    small_tensors["head.bias"] = np.full(7, np.nan, np.float32)
    with pytest.raises(WeightsError) as caught:
        to_caffe(small_net, small_mapping, small_tensors, "file.pth")
    assert str(caught.value).startswith("file.pth: 3 tensors are not as small's; nothing is written:\n")
    assert str(caught.value).count("\n") == 3
