"""The shapes of a net's blobs for an open number of images."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from clsbench.caffe.axes import shape_text
from clsbench.caffe.blob_shapes import blob_shapes
from clsbench.caffe.net import Layer, Net, Shape
from clsbench.caffe.shapes import LayerShapes, infer_shapes
from clsbench.errors import NetError


@dataclass(frozen=True)
class Extent:
    """A blob's shape for one image, and the axis that grows with the number of images; None if none does."""

    shape: Shape
    batch_axis: int | None

    @property
    def rank(self) -> int:
        """The number of axes."""
        return len(self.shape)

    @property
    def reshape_target(self) -> Shape:
        """The shape as ONNX's Reshape takes it: -1 for the axis that grows."""
        return tuple(-1 if axis == self.batch_axis else size for axis, size in enumerate(self.shape))


@dataclass(frozen=True)
class LayerExtents:
    """The extents that one layer reads and writes."""

    bottoms: tuple[Extent, ...]
    tops: tuple[Extent, ...]


def input_extents(net: Net) -> Mapping[str, Extent]:
    """The inputs by name; the first axis of each is the batch."""
    return {name: Extent((1, *shape[1:]), 0) for name, shape in net.inputs.items()}


def layer_extents(net: Net) -> tuple[LayerExtents, ...]:
    """One entry for each layer; raises NetError if a layer does not work for any number of images."""
    one, two = _shapes_at(net, 1), _shapes_at(net, 2)
    return tuple(_extents(layer, *shapes) for layer, *shapes in zip(net.layers, one, two, strict=True))


def _shapes_at(net: Net, batch: int) -> Sequence[LayerShapes]:
    inputs = {name: (batch, *shape[1:]) for name, shape in net.inputs.items()}
    try:
        return infer_shapes(replace(net, inputs=inputs))
    except NetError as error:
        raise NetError(
            f"network '{net.name}' does not take {batch} images at a time; an ONNX file must take any number: {error}"
        ) from error


def _extents(layer: Layer, one: LayerShapes, two: LayerShapes) -> LayerExtents:
    if blob_shapes(layer, one.bottoms) != blob_shapes(layer, two.bottoms):
        raise NetError(f"{layer}: needs other weights for every number of images; keep its axis off the batch")
    bottoms = (_extent(layer, *shapes) for shapes in zip(one.bottoms, two.bottoms, strict=True))
    tops = (_extent(layer, *shapes) for shapes in zip(one.tops, two.tops, strict=True))
    return LayerExtents(tuple(bottoms), tuple(tops))


def _extent(layer: Layer, one: Shape, two: Shape) -> Extent:
    growing = [axis for axis, (size, size_of_two) in enumerate(zip(one, two, strict=True)) if size != size_of_two]
    if len(growing) > 1 or any(two[axis] != 2 * one[axis] for axis in growing):
        raise NetError(
            f"{layer}: a blob of {shape_text(one)} for one image is {shape_text(two)} for two; "
            "one axis may grow, in step"
        )
    return Extent(one, growing[0] if growing else None)
