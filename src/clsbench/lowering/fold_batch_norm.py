"""Folds BatchNorm, BN and one-bottom Scale into the Convolution or InnerProduct before them, or into one Scale.

They are folded if nothing else reads what they read. Weights are multiplied in float64 and rounded to float32 once;
layers that absorb nothing keep their arrays.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from clsbench.caffe.net import Blob, Layer, Net
from clsbench.caffe.settings import flag, whole
from clsbench.lowering.channel_affine import ChannelAffine, Channels, affine_of
from clsbench.lowering.single_assignment import single_assignment

NORMALISING_TYPES = ("BN", "BatchNorm")
_WITH_WEIGHTS = ("Convolution", "InnerProduct")


def fold_batch_norm(net: Net) -> Net:
    """``net``, every blob written once, without BatchNorm and BN; a layer that absorbs others gets their top."""
    layers, added = _moved(single_assignment(net).layers)
    return replace(net, layers=tuple(_with_affine(layer, added.get(place)) for place, layer in enumerate(layers)))


def _moved(layers: Sequence[Layer]) -> tuple[list[Layer], dict[int, ChannelAffine]]:
    """The remaining layers, and by place among them their new effect on their channels."""
    readers = Counter(bottom for layer in layers for bottom in layer.bottoms)
    kept: list[Layer] = []
    hosts: dict[str, int] = {}  # top of a layer that can absorb an affine -> its place in kept
    added: dict[int, ChannelAffine] = {}
    for layer in layers:
        affine = affine_of(layer)
        host = hosts.get(layer.bottoms[0]) if affine and readers[layer.bottoms[0]] == 1 else None
        if affine and host is not None:
            before = added.get(host) or affine_of(kept[host])
            added[host] = before.then(affine) if before else affine
            kept[host] = replace(kept[host], tops=layer.tops)
            hosts[layer.tops[0]] = host
            continue
        if affine or _takes_in(layer):
            hosts[layer.tops[0]] = len(kept)
        if affine and layer.type in NORMALISING_TYPES:
            added[len(kept)] = affine
        kept.append(layer)
    return kept, added


def _takes_in(layer: Layer) -> bool:
    return layer.type in _WITH_WEIGHTS and bool(layer.blobs) and whole(layer, "axis") == 1


def _with_affine(layer: Layer, affine: ChannelAffine | None) -> Layer:
    if affine is None:
        return layer
    if layer.type not in _WITH_WEIGHTS:
        blobs = (affine.scale.astype(np.float32), affine.shift.astype(np.float32))
        return replace(layer, type="Scale", params={"bias_term": True}, blobs=blobs)
    weight = layer.blobs[0]
    transposed = layer.type == "InnerProduct" and flag(layer, "transpose")
    outputs = (1, -1) if transposed else (-1, *(1 for _ in weight.shape[1:]))
    bias = affine.shift
    if flag(layer, "bias_term"):
        bias = layer.blobs[1].reshape(-1).astype(np.float64) * affine.scale + affine.shift
    blobs = (_multiplied(weight, affine.scale.reshape(outputs)), bias.astype(np.float32))
    return replace(layer, params={**layer.params, "bias_term": True}, blobs=blobs)


def _multiplied(weight: Blob, factor: Channels) -> Blob:
    """The product, computed in float64 piece by piece, without a float64 copy of ``weight``."""
    out = np.empty(weight.shape, np.float32)
    return np.multiply(weight, factor, out=out, dtype=np.float64, casting="same_kind")
