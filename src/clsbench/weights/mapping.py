"""Which tensor of a source fills which blob of a network: explicit, and total on both sides."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from clsbench.caffe.blob_shapes import blob_shapes
from clsbench.caffe.net import Layer, Net, Shape
from clsbench.caffe.settings import real
from clsbench.caffe.shapes import infer_shapes
from clsbench.errors import WeightsError
from clsbench.weights.network_settings import NetworkSettings, with_settings
from clsbench.weights.pairs import Norm, Pair
from clsbench.weights.transforms import layers_of, source_shapes_of

# The number of batches that torch has averaged over, which is not part of the network.
_NEVER_NEEDED = ("*num_batches_tracked",)


@dataclass(frozen=True)
class WeightsMapping:
    """One family's names and shapes, and other differences between its source and the published network."""

    pairs: tuple[Pair, ...]
    eps: float | None  # with which the source's BatchNorms were trained; None: there are none
    not_needed: tuple[str, ...] = ()  # patterns of tensors, such as those of auxiliary classifiers
    settings: NetworkSettings = field(default_factory=dict)  # of the network, so that it computes what the source does
    differences: tuple[str, ...] = ()  # sentences: the remaining differences, and why
    older_names: tuple[tuple[str, str], ...] = ()  # (pattern, replacement) of tensors with other names in older files
    rgb: bool = True  # the source takes red first; Caffe takes blue first

    def needs(self, tensor: str) -> bool:
        """Whether the network needs the source's ``tensor``."""
        return not any(fnmatchcase(tensor, pattern) for pattern in (*_NEVER_NEEDED, *self.not_needed))

    def name_now(self, tensor: str) -> str:
        """The source's current name for ``tensor``."""
        for pattern, replacement in self.older_names:
            tensor = re.sub(pattern, replacement, tensor)
        return tensor


@dataclass(frozen=True)
class MappedNet:
    """A matching network and mapping: every blob has exactly one tensor, and BatchNorm computes the same."""

    net: Net  # with the mapping's settings
    mapping: WeightsMapping
    blob_shapes: Mapping[str, tuple[Shape, ...]]  # of the layers with blobs
    swapped: frozenset[str]  # the convolutions that see the image, and thus its channel order

    @property
    def source_shapes(self) -> dict[str, Shape]:
        """The name and shape of every tensor that the source must contain."""
        shapes: dict[str, Shape] = {}
        for pair in self.mapping.pairs:
            shapes |= source_shapes_of(pair, self.blob_shapes)
        return shapes


def mapped(net: Net, mapping: WeightsMapping) -> MappedNet:
    """``net`` under ``mapping``. Raises WeightsError that lists every reason why the architectures differ."""
    net = with_settings(net, mapping.settings)
    shapes = {
        layer.name: blobs
        for layer, found in zip(net.layers, infer_shapes(net), strict=True)
        if (blobs := blob_shapes(layer, found.bottoms))
    }
    if problems := [*_names(shapes.keys(), mapping), *_eps(net, mapping), *_grouped(net, mapping)]:
        listed = "\n  ".join(problems)
        raise WeightsError(f"{net.name}: its layers and the source's are not the same architecture:\n  {listed}")
    first = frozenset(layer.name for layer in _at_the_image(net)) if mapping.rgb else frozenset()
    return MappedNet(net, mapping, shapes, first)


def source_shapes(net: Net, mapping: WeightsMapping) -> dict[str, Shape]:
    """The name and shape of every tensor that the source must contain for ``net``. Raises WeightsError."""
    return mapped(net, mapping).source_shapes


def _names(needed: AbstractSet[str], mapping: WeightsMapping) -> Iterator[str]:
    layers = Counter(layer for pair in mapping.pairs for layer in layers_of(pair))
    modules = Counter(pair.module for pair in mapping.pairs)
    yield from (f"layer '{name}' has blobs, but no module of the source" for name in sorted(needed - layers.keys()))
    yield from (f"layer '{name}': the network has no such blobs" for name in sorted(layers.keys() - needed))
    yield from (f"layer '{name}' has {count} modules; it holds one" for name, count in layers.items() if count > 1)
    yield from (
        f"module '{name}' belongs to {count} layers: what several share cannot be written back"
        for name, count in modules.items()
        if count > 1
    )


def _eps(net: Net, mapping: WeightsMapping) -> Iterator[str]:
    layers = {layer.name: layer for layer in net.layers}
    for pair in mapping.pairs:
        layer = layers.get(pair.batch_norm) if isinstance(pair, Norm) else None
        if layer is None or layer.type != "BatchNorm":
            continue
        if real(layer, "eps") != mapping.eps:
            yield f"{layer}: eps is {real(layer, 'eps'):g}, the source's is {mapping.eps}"


def _grouped(net: Net, mapping: WeightsMapping) -> Iterator[str]:
    """Red and blue cannot be swapped if each group of outputs sees only one channel."""
    for layer in _at_the_image(net):
        if mapping.rgb and (layer.type != "Convolution" or layer.params.get("group", 1) != 1):
            yield f"{layer}: sees the image, but its red and blue channels cannot be swapped"


def _at_the_image(net: Net) -> list[Layer]:
    return [layer for layer in net.layers if not net.inputs.keys().isdisjoint(layer.bottoms)]
