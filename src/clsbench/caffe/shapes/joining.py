"""Layers that join or split blobs: Concat, CReLU, Eltwise, Axpy, Slice, Split, Silence."""

from collections.abc import Sequence
from itertools import pairwise

from clsbench.caffe.axes import axis_of, image_axes, shape_text
from clsbench.caffe.net import Layer, Shape
from clsbench.caffe.settings import is_set, reals, whole, wholes, word
from clsbench.errors import NetError


def concat(layer: Layer, bottoms: Sequence[Shape]) -> tuple[Shape, ...]:
    """Sizes add up along the axis and agree elsewhere."""
    first = bottoms[0]
    axis = concat_axis(layer, first)
    for index, shape in enumerate(bottoms):
        if len(shape) != len(first) or shape[:axis] + shape[axis + 1 :] != first[:axis] + first[axis + 1 :]:
            raise NetError(
                f"{layer}: cannot join {_named(layer, index, shape)} to {_named(layer, 0, first)} along axis {axis}; "
                "all other sizes must agree"
            )
    return ((*first[:axis], sum(shape[axis] for shape in bottoms), *first[axis + 1 :]),)


def concat_axis(layer: Layer, shape: Shape) -> int:
    """The axis of a Concat layer, from 0, under either of its two names."""
    return _axis(layer, shape, legacy="concat_dim")


def with_negative(layer: Layer, bottoms: Sequence[Shape]) -> tuple[Shape, ...]:
    """CReLU: twice as long along its axis."""
    shape = bottoms[0]
    axis = axis_of(layer, shape, whole(layer, "concat_axis"))
    return ((*shape[:axis], 2 * shape[axis], *shape[axis + 1 :]),)


def eltwise(layer: Layer, bottoms: Sequence[Shape]) -> tuple[Shape, ...]:
    """All bottoms have the same shape."""
    for index, shape in enumerate(bottoms):
        if shape != bottoms[0]:
            raise NetError(
                f"{layer}: {_named(layer, index, shape)} and {_named(layer, 0, bottoms[0])} must have the same shape"
            )
    coefficients = reals(layer, "coeff")
    if coefficients and len(coefficients) != len(bottoms):
        raise NetError(f"{layer}: {len(coefficients)} coeff for {len(bottoms)} bottoms; give one each, or none")
    if coefficients and word(layer, "operation") == "PROD":
        raise NetError(f"{layer}: coeff is for operation SUM, not PROD; leave it out")
    return (bottoms[0],)


def axpy(layer: Layer, bottoms: Sequence[Shape]) -> tuple[Shape, ...]:
    """Bottom 0 has one number per channel of bottom 1; bottoms 1 and 2 agree."""
    scale, image, other = bottoms
    batch, channels, _, _ = image_axes(layer, image)
    if scale not in {(batch, channels), (batch, channels, 1, 1)}:
        raise NetError(
            f"{layer}: {_named(layer, 0, scale)} must have one number for each channel of {_named(layer, 1, image)}"
        )
    if image != other:
        raise NetError(f"{layer}: {_named(layer, 1, image)} and {_named(layer, 2, other)} must have the same shape")
    return (image,)


def slices(layer: Layer, bottoms: Sequence[Shape]) -> tuple[Shape, ...]:
    """One piece per top: cut at every slice_point, or into equal parts."""
    shape = bottoms[0]
    axis = slice_axis(layer, shape)
    pieces = _pieces(layer, shape[axis])
    return tuple((*shape[:axis], piece, *shape[axis + 1 :]) for piece in pieces)


def slice_axis(layer: Layer, shape: Shape) -> int:
    """The axis of a Slice layer, from 0, under either of its two names."""
    return _axis(layer, shape, legacy="slice_dim")


def split(layer: Layer, bottoms: Sequence[Shape]) -> tuple[Shape, ...]:
    """The same blob under each top's name."""
    return (bottoms[0],) * len(layer.tops)


def silence(layer: Layer, bottoms: Sequence[Shape]) -> tuple[Shape, ...]:
    """Nothing, because it only reads."""
    del layer, bottoms
    return ()


def _pieces(layer: Layer, size: int) -> list[int]:
    points = wholes(layer, "slice_point")
    if not points:
        if size % len(layer.tops):
            raise NetError(f"{layer}: {size} does not divide into {len(layer.tops)} equal tops; give slice_point")
        return [size // len(layer.tops)] * len(layer.tops)
    if len(points) != len(layer.tops) - 1:
        raise NetError(f"{layer}: {len(points)} slice_point for {len(layer.tops)} tops; give one fewer than tops")
    bounds = (0, *points, size)
    pieces = [right - left for left, right in pairwise(bounds)]
    if min(pieces) < 1:
        raise NetError(f"{layer}: slice_point {list(points)} must increase, and stay within 1 to {size - 1}")
    return pieces


def _axis(layer: Layer, shape: Shape, legacy: str) -> int:
    if not is_set(layer, legacy):
        return axis_of(layer, shape, whole(layer, "axis"))
    if is_set(layer, "axis"):
        raise NetError(f"{layer}: gives both axis and {legacy}; keep axis")
    if whole(layer, legacy) < 0:
        raise NetError(f"{layer}: {legacy} must not be negative; use axis")
    return axis_of(layer, shape, whole(layer, legacy))


def _named(layer: Layer, index: int, shape: Shape) -> str:
    return f"'{layer.bottoms[index]}' ({shape_text(shape)})"
