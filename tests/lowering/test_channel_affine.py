"""What BatchNorm and Scale do to a channel."""

import numpy as np
import pytest

from clsbench.caffe.net import Layer, Value
from clsbench.errors import WeightsError
from clsbench.lowering.channel_affine import ChannelAffine, affine_of


def batch_norm(mean: float, variance: float, factor: float) -> Layer:
    blobs = tuple(np.array([value], np.float32) for value in (mean, variance, factor))
    return Layer("bn", "BatchNorm", ("x",), ("y",), {"eps": 0.0625}, blobs)


def test_statistics_are_divided_by_their_factor() -> None:
    affine = affine_of(batch_norm(mean=6.0, variance=4.0 * (4.0 - 0.0625), factor=4.0))
    assert affine is not None
    assert (affine.scale[0], affine.shift[0]) == (0.5, -0.75)


def test_a_factor_of_0_makes_mean_and_variance_0() -> None:
    affine = affine_of(batch_norm(mean=6.0, variance=3.0, factor=0.0))
    assert affine is not None
    assert (affine.scale[0], affine.shift[0]) == (4.0, 0.0)


def test_a_negative_variance_is_an_error_with_layer_and_channel() -> None:
    with pytest.raises(WeightsError, match="layer 'bn' of type BatchNorm: the variance of channel 0 plus eps"):
        affine_of(batch_norm(mean=0.0, variance=-1.0, factor=1.0))


def test_one_after_the_other_is_the_second_of_the_first() -> None:
    first, second = affine_of(batch_norm(1.0, 2.0, 1.0)), affine_of(batch_norm(-3.0, 0.5, 2.0))
    assert first is not None
    assert second is not None
    both = first.then(second)
    value = 5.0
    once = first.scale * value + first.shift
    np.testing.assert_allclose(both.scale * value + both.shift, second.scale * once + second.shift)


def test_other_layers_are_no_affine() -> None:
    assert affine_of(Layer("relu", "ReLU", ("x",), ("y",))) is None


def _bn(blobs: list[float], **params: Value) -> ChannelAffine:
    affine = affine_of(Layer("bn", "BN", ("x",), ("y",), params, tuple(np.array([[[[v]]]], np.float32) for v in blobs)))
    assert affine is not None
    return affine


def test_bn_of_segnet_is_its_scale_and_shift() -> None:
    affine = _bn([3.0, 5.0], bn_mode="INFERENCE")
    assert (affine.scale[0], affine.shift[0]) == (3.0, 5.0)


def test_bn_of_yjxiong_normalises_first() -> None:
    affine = _bn([3.0, 5.0, 6.0, 3.75], eps=0.25)
    assert (affine.scale[0], affine.shift[0]) == (1.5, 5.0 - 6.0 / 2.0 * 3.0)


def test_a_batch_norm_of_nvcaffe_has_its_own_scale_and_bias_behind_the_statistics() -> None:
    blobs = tuple(np.array([value], np.float32) for value in (12.0, 7.5, 2.0, 3.0, 5.0))
    affine = affine_of(Layer("bn", "BatchNorm", ("x",), ("y",), {"eps": 0.25, "scale_bias": True}, blobs))
    assert affine is not None
    assert (affine.scale[0], affine.shift[0]) == (1.5, 5.0 - 6.0 / 2.0 * 3.0)


def test_eps_may_stand_beside_the_root() -> None:
    blobs = tuple(np.array([value], np.float32) for value in (6.0, 4.0, 1.0))
    affine = affine_of(Layer("bn", "BatchNorm", ("x",), ("y",), {"eps": 0.5, "add_eps_before_sqrt": False}, blobs))
    assert affine is not None
    assert (affine.scale[0], affine.shift[0]) == (0.4, -6.0 * 0.4)
