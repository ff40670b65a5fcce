"""Layers whose top has the shape of their first bottom, and their requirements for it."""

from collections.abc import Sequence

from clsbench.caffe.axes import axis_of, image_axes, shape_text
from clsbench.caffe.factors import factor_axes
from clsbench.caffe.net import Layer, Shape
from clsbench.caffe.settings import is_set, real, whole, word
from clsbench.errors import NetError


def elementwise(layer: Layer, bottoms: Sequence[Shape]) -> tuple[Shape, ...]:
    """Accepts any shape."""
    del layer
    return (bottoms[0],)


def softmax(layer: Layer, bottoms: Sequence[Shape]) -> tuple[Shape, ...]:
    """Needs its axis."""
    axis_of(layer, bottoms[0], whole(layer, "axis"))
    return (bottoms[0],)


def local_response(layer: Layer, bottoms: Sequence[Shape]) -> tuple[Shape, ...]:
    """Needs images and a window with a middle."""
    image_axes(layer, bottoms[0])
    size = whole(layer, "local_size")
    if size < 1 or size % 2 == 0:
        raise NetError(
            f"{layer}: local_size {size} must be odd, so that its window has a middle ({word(layer, 'norm_region')})"
        )
    return (bottoms[0],)


def images(layer: Layer, bottoms: Sequence[Shape]) -> tuple[Shape, ...]:
    """Needs images."""
    image_axes(layer, bottoms[0])
    return (bottoms[0],)


def channels(layer: Layer, bottoms: Sequence[Shape]) -> tuple[Shape, ...]:
    """Needs an axis of channels."""
    if len(bottoms[0]) < 2:
        raise NetError(f"{layer}: reads {shape_text(bottoms[0])}, but needs batch x channels at least")
    return (bottoms[0],)


def clipped(layer: Layer, bottoms: Sequence[Shape]) -> tuple[Shape, ...]:
    """Accepts any shape; the bounds must be given and in order."""
    if real(layer, "min") > real(layer, "max"):
        raise NetError(f"{layer}: min {real(layer, 'min')} is above max {real(layer, 'max')}")
    return (bottoms[0],)


def normalised_by_mode(layer: Layer, bottoms: Sequence[Shape]) -> tuple[Shape, ...]:
    """Needs channels, and statistics from training: SegNet's LEARN computes them from the batch, even in TEST."""
    if is_set(layer, "bn_mode") and word(layer, "bn_mode") == "LEARN":
        raise NetError(
            f"{layer}: bn_mode: LEARN makes an image's scores depend on the others in its batch; compute the "
            "statistics with SegNet's compute_bn_statistics.py and give bn_mode: INFERENCE"
        )
    return channels(layer, bottoms)


def scaled(layer: Layer, bottoms: Sequence[Shape]) -> tuple[Shape, ...]:
    """The factors' axes lie within the first bottom's, from ``axis`` on."""
    factor_axes(layer, bottoms)
    return (bottoms[0],)
