"""What can be computed about a network without running it: parameters, size of its weights, multiply-accumulates."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod

from clsbench.caffe.blob_shapes import blob_shapes
from clsbench.caffe.macs import layer_macs, macs
from clsbench.caffe.net import Layer, Net, Shape
from clsbench.caffe.shapes import infer_shapes
from clsbench.zoo.catalogue import Entry, generated
from clsbench.zoo.fitting import with_suitable_pool
from clsbench.zoo.main_output import with_main_output_only

_BYTES = 4  # per parameter


@dataclass(frozen=True)
class Figures:
    """Figures of one network; ``macs`` by size, for one image."""

    parameters: int
    macs: Mapping[str, int]

    @property
    def mib(self) -> float:
        """The size of its weights in MiB."""
        return self.parameters * _BYTES / 2**20


@dataclass(frozen=True)
class LayerFigures:
    """Figures of one layer, for one image."""

    layer: Layer
    output: Shape
    parameters: int
    macs: int


def figures_of(entry: Entry) -> Figures:
    """The figures of a zoo network; the parameters are those of the published file, including auxiliary classifiers."""
    net = generated(entry)
    parameters = sum(each.parameters for each in layer_figures(net))
    cut = with_main_output_only(net)
    return Figures(parameters, {size: macs(with_suitable_pool(cut, crop)) for size, (crop, _) in entry.sizes.items()})


def layer_figures(net: Net) -> list[LayerFigures]:
    """The figures of every layer."""
    rows = []
    for layer, shapes in zip(net.layers, infer_shapes(net), strict=True):
        parameters = sum(prod(shape) for shape in blob_shapes(layer, shapes.bottoms))
        rows.append(LayerFigures(layer, shapes.tops[0], parameters, layer_macs(layer, shapes)))
    return rows
