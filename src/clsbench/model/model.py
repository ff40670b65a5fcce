"""A network at one crop size with its weights: what an engine opens."""

import hashlib
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import prod
from pathlib import Path

from clsbench.caffe.blob_shapes import blob_shapes
from clsbench.caffe.caffemodel import read_caffemodel, write_caffemodel
from clsbench.caffe.net import Net
from clsbench.caffe.prototxt_writer import prototxt_text
from clsbench.caffe.random_weights import with_random_weights
from clsbench.caffe.shapes import infer_shapes, output_of
from clsbench.caffe.weights import attach
from clsbench.caffe.whole_file import whole_file
from clsbench.errors import NetError
from clsbench.lowering.passes import FOR_BVLC, lower
from clsbench.model.file_cache import FileCache
from clsbench.model.weights_file import RANDOM, sha256_of
from clsbench.onnx_export.export import EXPORTER_VERSION, export_onnx

_SEED = 0
_DENSE = "; set model.dense=mean or model.dense=max for the scores of all places"


@dataclass(frozen=True)
class Model:
    """``net`` has its input at the crop size; ``weights`` is its caffemodel, None for random weights.

    ``published`` is the whole net that the caffemodel belongs to, if ``net`` was cut from it.
    """

    name: str
    net: Net = field(repr=False)
    weights: Path | None
    cache: FileCache
    published: Net | None = field(default=None, repr=False)
    input_rms: float = 1.0  # of the network's input, for random weights that neither saturate nor vanish
    notes: tuple[str, ...] = ()  # what a reader of its results must know

    @cached_property
    def input_shape(self) -> tuple[int, int, int]:
        """(channel, height, width)."""
        _, channels, height, width = next(iter(self.net.inputs.values()))
        return channels, height, width

    @cached_property
    def output(self) -> str:
        """The blob with the scores."""
        return output_of(self.net)[0]

    @cached_property
    def classes(self) -> int:
        """The number of scored classes; raises NetError if the output is not one score per class."""
        name, shape = output_of(self.net)
        if len(shape) < 2 or any(side != 1 for side in shape[2:]):
            cure = _DENSE if len(shape) == 4 else ""
            raise NetError(f"{self.name}: output '{name}' has shape {shape}; a classifier gives (batch, class){cure}")
        return shape[1]

    @cached_property
    def parameters(self) -> int:
        """The number of weights."""
        shapes = infer_shapes(self.net)
        sizes = (
            prod(shape)
            for layer, at in zip(self.net.layers, shapes, strict=True)
            for shape in blob_shapes(layer, at.bottoms)
        )
        return sum(sizes)

    @cached_property
    def network_sha256(self) -> str:
        """Identifies the layers and the input size."""
        return hashlib.sha256(prototxt_text(self.net).encode()).hexdigest()

    @cached_property
    def weights_sha256(self) -> str:
        """Identifies the weights; random ones by how they are made."""
        return f"{RANDOM}:{_SEED}:{self.input_rms:.4g}" if self.weights is None else sha256_of(self.weights)

    def check(self) -> None:
        """Raises WeightsError if the caffemodel does not fit, NetError if the output is not a classifier's."""
        _ = self.classes
        if self.weights is not None:
            _ = self.weighted

    def onnx(self) -> Path:
        """The network as ONNX, exported once and cached by content."""
        return self.cache.kept(self._file("onnx"), lambda path: export_onnx(self.weighted, path))

    def prototxt(self) -> Path:
        """The network in BVLC's dialect."""

        def write(path: Path) -> None:
            with whole_file(path) as file:
                file.write(self.bvlc_text.encode())

        return self.cache.kept(self._file("prototxt"), write)

    def caffemodel(self) -> Path:
        """The weights as a caffemodel: the user's own file, or random weights written once."""
        if self.weights is not None:
            return self.weights
        return self.cache.kept(self._file("caffemodel"), lambda path: write_caffemodel(self.weighted, path))

    @cached_property
    def weighted(self) -> Net:
        """The net with its blobs. Raises WeightsError with every layer that does not fit."""
        if self.weights is None:
            return with_random_weights(self.net, _SEED, self.input_rms)
        whole = attach(self.published or self.net, read_caffemodel(self.weights), self.weights.name)
        blobs = {layer.name: layer.blobs for layer in whole.layers}
        layers = (replace(layer, blobs=blobs.get(layer.name, ())) for layer in self.net.layers)  # a mean layer has none
        return replace(self.net, layers=tuple(layers))

    @cached_property
    def bvlc_text(self) -> str:
        """The prototxt in BVLC's dialect."""
        return prototxt_text(lower(self.net, FOR_BVLC))

    def _file(self, suffix: str) -> str:
        identity = f"{self.network_sha256} {self.weights_sha256} {EXPORTER_VERSION}"
        return f"{hashlib.sha256(identity.encode()).hexdigest()[:24]}.{suffix}"
