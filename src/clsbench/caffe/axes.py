"""Axes of a blob, counted as Caffe does: negative ones from the end."""

from math import prod

from clsbench.caffe.net import Layer, Shape
from clsbench.errors import NetError


def axis_of(layer: Layer, shape: Shape, axis: int) -> int:
    """``axis`` as a number from 0; raises NetError if ``shape`` has no such axis."""
    if not -len(shape) <= axis < len(shape):
        raise NetError(
            f"{layer}: axis {axis} of a blob of {len(shape)} axes, {shape_text(shape)}; give one that it has"
        )
    return axis % len(shape)


def count(shape: Shape) -> int:
    """The number of values in a blob; 1 for a scalar, whose shape is empty."""
    return prod(shape)


def shape_text(shape: Shape) -> str:
    """The shape as usually written: ``1x3x227x227``."""
    return "x".join(str(size) for size in shape) or "scalar"


def image_axes(layer: Layer, shape: Shape) -> tuple[int, int, int, int]:
    """Batch, channels, height and width; raises NetError if the blob is not a batch of images."""
    if len(shape) != 4:
        raise NetError(f"{layer}: reads {shape_text(shape)}, but needs batch x channels x height x width")
    return shape[0], shape[1], shape[2], shape[3]
