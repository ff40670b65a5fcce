"""Infers the shapes of a net's blobs from its inputs, layer by layer, within the limits of Caffe and memory."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from clsbench.caffe.axes import count, shape_text
from clsbench.caffe.blob_shapes import blob_shapes
from clsbench.caffe.net import Layer, Net, Shape
from clsbench.caffe.shapes.table import RULES
from clsbench.caffe.validity import check_net
from clsbench.errors import NetError

_MOST_AXES = 32  # kMaxBlobAxes in blob.hpp
_MOST_NUMBERS = 2**31 - 1  # Caffe counts a blob's numbers in an int
_MOST_WEIGHTS = 2**29  # a caffemodel is a protobuf message, which ends at 2 GiB: 2**29 floats
_MOST_ACTIVATIONS = 2**32  # for one image, all blobs together; the largest published network needs under 2**30


@dataclass(frozen=True)
class LayerShapes:
    """The shapes that one layer reads and writes."""

    bottoms: tuple[Shape, ...]
    tops: tuple[Shape, ...]


def infer_shapes(net: Net) -> tuple[LayerShapes, ...]:
    """One entry per layer of ``net``; a NetError names the first layer that Caffe's rules or a size limit refuse."""
    check_net(net)
    blobs = dict(net.inputs)
    for name, shape in blobs.items():
        if not shape:
            raise NetError(f"input '{name}' has no size; give it as batch x channels x height x width")
        _check_size(f"input '{name}'", shape)
    batch = next(iter(net.inputs.values()), (1,))[0]
    weights = activations = 0
    found = []
    for layer in net.layers:
        shapes = _layer_shapes(layer, blobs)
        weights += sum(map(count, blob_shapes(layer, shapes.bottoms)))
        activations += sum(map(count, shapes.tops)) // batch
        _check_sums(layer, weights, activations)
        blobs.update(zip(layer.tops, shapes.tops, strict=True))
        found.append(shapes)
    return tuple(found)


def outputs_of(net: Net) -> dict[str, Shape]:
    """Every blob that a layer writes and none reads, in the order of writing."""
    return unread_blobs(net, infer_shapes(net))


def unread_blobs(net: Net, shapes: Sequence[LayerShapes]) -> dict[str, Shape]:
    """Like ``outputs_of``, when the shapes are already known."""
    unread: dict[str, Shape] = {}
    for layer, found in zip(net.layers, shapes, strict=True):
        for bottom in layer.bottoms:
            unread.pop(bottom, None)
        unread.update(zip(layer.tops, found.tops, strict=True))
    return unread


def output_of(net: Net) -> tuple[str, Shape]:
    """Name and shape of the single blob that no layer reads; raises NetError if there are several, or none."""
    outputs = outputs_of(net)
    if not outputs:
        raise NetError(f"network '{net.name}' has no output: every blob is read; remove the layer that reads the last")
    if len(outputs) > 1:
        raise NetError(
            f"network '{net.name}' has {len(outputs)} outputs, {', '.join(map(repr, outputs))}, "
            "but a classifier has one; say which as model.output=NAME"
        )
    return next(iter(outputs.items()))


def _layer_shapes(layer: Layer, blobs: Mapping[str, Shape]) -> LayerShapes:
    bottoms = tuple(blobs[name] for name in layer.bottoms)
    tops = RULES[layer.type](layer, bottoms)
    for name, shape in zip(layer.tops, tops, strict=True):
        _check_size(f"{layer}: blob '{name}'", shape)
        if name in layer.bottoms and shape != bottoms[layer.bottoms.index(name)]:
            raise NetError(f"{layer}: works in place on '{name}' but changes its shape; give the top another name")
    return LayerShapes(bottoms, tops)


def _check_size(what: str, shape: Shape) -> None:
    if len(shape) > _MOST_AXES:
        raise NetError(f"{what} has {len(shape)} axes; Caffe's blobs have at most {_MOST_AXES}")
    if any(size < 1 for size in shape):
        raise NetError(f"{what} would be {shape_text(shape)}; every size must be at least 1")
    if count(shape) > _MOST_NUMBERS:
        raise NetError(
            f"{what} would be {shape_text(shape)}, more than the {_MOST_NUMBERS} numbers of Caffe's largest blob"
        )


def _check_sums(layer: Layer, weights: int, activations: int) -> None:
    if weights > _MOST_WEIGHTS:
        raise NetError(f"{layer}: the net's weights come to more than 2 GiB here, which no caffemodel can hold")
    if activations > _MOST_ACTIVATIONS:
        raise NetError(f"{layer}: the net's blobs come to more than 16 GiB for one image here; give a smaller input")
