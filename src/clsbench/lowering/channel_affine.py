"""What BatchNorm and Scale do to a channel, x * scale + shift, in float64 so that it is rounded only once."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clsbench.caffe.net import Blob, Layer
from clsbench.caffe.settings import flag, real, whole
from clsbench.errors import WeightsError

Channels = NDArray[np.float64]


@dataclass(frozen=True)
class ChannelAffine:
    """One ``scale`` and one ``shift`` a channel (axis 1)."""

    scale: Channels
    shift: Channels

    def then(self, after: "ChannelAffine") -> "ChannelAffine":
        """This one and then ``after``, in one."""
        return ChannelAffine(self.scale * after.scale, self.shift * after.scale + after.shift)


def affine_of(layer: Layer) -> ChannelAffine | None:
    """What ``layer`` does to each channel; None where it does something else, or its weights are not there."""
    if not layer.blobs or len(layer.bottoms) != 1:
        return None
    if layer.type == "BatchNorm":
        return _of_batch_norm(layer)
    if layer.type == "Scale" and whole(layer, "axis") == 1 and whole(layer, "num_axes") == 1:
        scale = _channels(layer.blobs[0])
        shift = _channels(layer.blobs[1]) if flag(layer, "bias_term") else np.zeros_like(scale)
        return ChannelAffine(scale, shift)
    return None


def _of_batch_norm(layer: Layer) -> ChannelAffine:
    mean, variance = _channels(layer.blobs[0]), _channels(layer.blobs[1])
    (factor,) = _channels(layer.blobs[2])
    weight = 0.0 if factor == 0.0 else 1.0 / factor  # batch_norm_layer.cpp: statistics never gathered count as 0
    spread = variance * weight + real(layer, "eps")
    if not np.all(spread > 0.0):
        raise WeightsError(
            f"{layer}: the variance of channel {int(np.argmin(spread > 0.0))} plus eps is not positive; "
            "the caffemodel is damaged or belongs to another net"
        )
    scale = 1.0 / np.sqrt(spread)
    return ChannelAffine(scale, -mean * weight * scale)


def _channels(blob: Blob) -> Channels:
    return blob.reshape(-1).astype(np.float64)
