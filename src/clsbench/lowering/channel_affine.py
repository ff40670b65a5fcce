"""The effect of BatchNorm, BN and Scale on a channel, x * scale + shift, in float64 so that it is rounded only once."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clsbench.caffe.net import Blob, Layer
from clsbench.caffe.settings import flag, is_set, real, whole
from clsbench.errors import WeightsError

Channels = NDArray[np.float64]


@dataclass(frozen=True)
class ChannelAffine:
    """One ``scale`` and one ``shift`` per channel (axis 1)."""

    scale: Channels
    shift: Channels

    def then(self, after: "ChannelAffine") -> "ChannelAffine":
        """This one followed by ``after``, combined."""
        return ChannelAffine(self.scale * after.scale, self.shift * after.scale + after.shift)


def affine_of(layer: Layer) -> ChannelAffine | None:
    """The effect of ``layer`` on each channel; None if it is of another kind, or its weights are missing."""
    if not layer.blobs or len(layer.bottoms) != 1:
        return None
    if layer.type == "BatchNorm":
        return _of_batch_norm(layer)
    if layer.type == "BN":
        return _of_bn(layer)
    if layer.type == "Scale" and whole(layer, "axis") == 1 and whole(layer, "num_axes") == 1:
        scale = _channels(layer.blobs[0])
        shift = _channels(layer.blobs[1]) if flag(layer, "bias_term") else np.zeros_like(scale)
        return ChannelAffine(scale, shift)
    return None


def _of_batch_norm(layer: Layer) -> ChannelAffine:
    mean, variance = _channels(layer.blobs[0]), _channels(layer.blobs[1])
    (factor,) = _channels(layer.blobs[2])
    weight = 0.0 if factor == 0.0 else 1.0 / factor  # batch_norm_layer.cpp: statistics never gathered count as 0
    normalised = _normalised(layer, mean * weight, variance * weight, is_eps_inside=flag(layer, "add_eps_before_sqrt"))
    if not flag(layer, "scale_bias"):
        return normalised
    # NVCaffe stores a Scale's factor and shift after the statistics
    return normalised.then(ChannelAffine(_channels(layer.blobs[3]), _channels(layer.blobs[4])))


def _of_bn(layer: Layer) -> ChannelAffine:
    """bn_layer.cpp: SegNet's INFERENCE is x * scale + shift; yjxiong's normalises by mean and variance before that."""
    own = ChannelAffine(_channels(layer.blobs[0]), _channels(layer.blobs[1]))
    if is_set(layer, "bn_mode"):
        return own
    mean, variance = _channels(layer.blobs[2]), _channels(layer.blobs[3])
    return _normalised(layer, mean, variance, is_eps_inside=True).then(own)


def _normalised(layer: Layer, mean: Channels, variance: Channels, *, is_eps_inside: bool) -> ChannelAffine:
    eps = real(layer, "eps")
    spread = variance + eps if is_eps_inside else variance
    if not np.all(spread > 0.0):
        raise WeightsError(
            f"{layer}: the variance of channel {int(np.argmin(spread > 0.0))} plus eps is not positive; "
            "the caffemodel is damaged or belongs to another net"
        )
    scale = 1.0 / (np.sqrt(spread) + (0.0 if is_eps_inside else eps))
    return ChannelAffine(scale, -mean * scale)


def _channels(blob: Blob) -> Channels:
    return blob.reshape(-1).astype(np.float64)
