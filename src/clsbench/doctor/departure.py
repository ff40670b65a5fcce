"""Finds where a conversion departs from the Caffe network, by comparing their blobs on the same views."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

import numpy as np
from numpy.typing import NDArray

from clsbench.caffe.net import Net
from clsbench.engines.onnxruntime.blobs import Blob
from clsbench.lowering.drop_inference_noops import drop_inference_noops
from clsbench.lowering.passes import lower
from clsbench.lowering.single_assignment import single_assignment

_LEAST_COMMON = 0.5  # of the names; below this, blobs are matched by the layers that make them and by shape


@dataclass(frozen=True)
class Pair:
    """A blob of the Caffe network and its counterpart in the conversion.

    ``error`` is the root mean square of their difference, relative to that of the Caffe network's values; infinite if
    the shapes differ, or a value is not finite.
    """

    layer: str
    op: str
    blob: str
    other: str
    shape: tuple[int, ...]
    other_shape: tuple[int, ...]
    error: float
    largest: float  # difference

    @property
    def words(self) -> str:
        """The layer, and how far it departs."""
        named = "" if self.other == self.blob else f", {self.other} of the conversion"
        told = f"layer {self.layer} ({self.op}, blob {self.blob}{named})"
        if self.shape != self.other_shape:
            return f"{told}: its shape is {_sides(self.other_shape)}, not {_sides(self.shape)}"
        return f"{told}: its values differ by {100 * self.error:.3g} %, at most {self.largest:.3g}"


def paired_blobs(net: Net, caffe: Iterable[Blob], other: Iterable[Blob]) -> list[Pair]:
    """Every blob that both have, in the order of ``net``: by name, or by makers and shapes if few names agree.

    ``caffe`` are those of the net's own export.
    """
    ours, theirs = list(caffe), list(other)
    by_name = {blob.name: blob for blob in theirs}
    common = [(blob, by_name[blob.name]) for blob in ours if blob.name in by_name]
    if len(common) < _LEAST_COMMON * len(ours):
        common = _aligned(ours, theirs)
    layers = layers_of(net, {blob.name for blob in ours})
    return [_pair(*each, layers) for each in common]


def layers_of(net: Net, blobs: Collection[str]) -> Mapping[str, str]:
    """The names of the layers behind each of ``blobs``, as exported; layers folded into one are listed together."""
    lowered = lower(net, (drop_inference_noops, single_assignment))
    makers = {top: layer for layer in lowered.layers for top in layer.tops}
    found: dict[str, str] = {}
    for blob in blobs:
        if (layer := makers.get(blob)) is None:
            continue
        chain = [layer.name]
        while layer.bottoms and layer.bottoms[0] not in blobs and layer.bottoms[0] in makers:
            layer = makers[layer.bottoms[0]]
            chain.append(layer.name)
        found[blob] = ", ".join(reversed(chain))
    return found


def first_departure(pairs: Sequence[Pair], tolerance: float) -> Pair | None:
    """The first whose error exceeds the tolerance."""
    return next((pair for pair in pairs if not pair.error <= tolerance), None)


def _aligned(ours: Sequence[Blob], theirs: Sequence[Blob]) -> list[tuple[Blob, Blob]]:
    a, b = ([(blob.op, blob.values.shape) for blob in blobs] for blobs in (ours, theirs))
    blocks = SequenceMatcher(None, a, b, autojunk=False).get_matching_blocks()
    return [(ours[block.a + at], theirs[block.b + at]) for block in blocks for at in range(block.size)]


def _pair(ours: Blob, theirs: Blob, layers: Mapping[str, str]) -> Pair:
    shape, other_shape = ours.values.shape, theirs.values.shape
    error, largest = _differences(ours.values, theirs.values)
    layer = layers.get(ours.name) or ours.node or ours.name
    return Pair(layer, ours.op, ours.name, theirs.name, shape, other_shape, error, largest)


def _differences(ours: NDArray[np.float32], theirs: NDArray[np.float32]) -> tuple[float, float]:
    if ours.size != theirs.size or not np.isfinite(theirs).all():
        return float("inf"), float("inf")
    reference = ours.astype(np.float64).ravel()
    apart = theirs.astype(np.float64).ravel() - reference
    size, difference = (float(np.sqrt(np.square(each).mean())) for each in (reference, apart))
    return (difference / size if size else float(difference > 0)), float(np.abs(apart).max(initial=0.0))


def _sides(shape: Sequence[int]) -> str:
    return " x ".join(map(str, shape[1:]))
