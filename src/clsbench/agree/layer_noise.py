"""How much noise quantisation adds in each layer of a network: its blobs in fp32 and in int8, side by side."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray

from clsbench.engines.onnxruntime.blobs import blobs
from clsbench.engines.quantisation import WITH_WEIGHTS


@dataclass(frozen=True)
class LayerNoise:
    """``share`` is the noise power over the signal power in a node's output; ``read`` the same in its input.

    ``has_weights``: the node is a layer with weights, which can stay in fp32 by its name.
    """

    node: str
    op: str
    blob: str
    share: float
    read: float
    has_weights: bool

    @property
    def decibels(self) -> float:
        """The signal-to-noise ratio; infinite without noise."""
        return -10 * math.log10(self.share) if self.share > 0 else math.inf

    @property
    def added(self) -> float:
        """The share of noise that the layer itself adds."""
        return self.share - self.read


@dataclass
class _Power:
    signal: float = 0.0
    noise: float = 0.0

    def add(self, exact: NDArray[np.float32], rounded: NDArray[np.float32]) -> None:
        wide = exact.astype(np.float64)
        self.signal += float(np.square(wide).sum())
        self.noise += float(np.square(rounded - wide).sum())

    @property
    def share(self) -> float:
        return self.noise / self.signal if self.signal else float(self.noise > 0)


def layer_noise(fp32: Path, int8: Path, batches: Iterable[NDArray[np.float32]]) -> list[LayerNoise]:
    """The noise of each blob that both files have, in the order of the fp32 file, over all ``batches`` of views."""
    powers: dict[str, _Power] = {}
    for views in batches:
        exact = {blob.name: blob.values for blob in blobs(fp32, views)}
        for blob in blobs(int8, views):
            if blob.name in exact and blob.values.shape == exact[blob.name].shape:
                powers.setdefault(blob.name, _Power()).add(exact[blob.name], blob.values)
    found = []
    for node in onnx.load(fp32, load_external_data=False).graph.node:
        for blob_name in node.output:
            if blob_name in powers:
                read = max((powers[each].share for each in node.input if each in powers), default=0.0)
                share = powers[blob_name].share
                found.append(LayerNoise(node.name, node.op_type, blob_name, share, read, node.op_type in WITH_WEIGHTS))
    return found


def worst_layers(noise: Iterable[LayerNoise], count: int, without: Iterable[str] = ()) -> list[LayerNoise]:
    """The ``count`` layers with weights that add the most noise, worst first; none of ``without``."""
    left_out = set(without)
    candidates = [each for each in noise if each.has_weights and each.node not in left_out]
    return sorted(candidates, key=lambda each: -each.added)[:count]
