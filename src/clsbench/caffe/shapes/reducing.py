"""Layers that sum over whole axes: InnerProduct, ArgMax, Reduction."""

from collections.abc import Sequence

from clsbench.caffe.axes import axis_of, count, shape_text
from clsbench.caffe.net import Layer, Shape
from clsbench.caffe.settings import flag, is_set, whole
from clsbench.errors import NetError


def inner_product(layer: Layer, bottoms: Sequence[Shape]) -> tuple[Shape, ...]:
    """Everything from the axis on becomes ``num_output`` numbers."""
    shape = bottoms[0]
    return ((*shape[: axis_of(layer, shape, whole(layer, "axis"))], whole(layer, "num_output")),)


def arg_max(layer: Layer, bottoms: Sequence[Shape]) -> tuple[Shape, ...]:
    """``top_k`` places (or values) along the axis; without an axis, over the whole image, batch x 1 or 2 x top_k."""
    shape = bottoms[0]
    top_k = whole(layer, "top_k")
    axis = axis_of(layer, shape, whole(layer, "axis")) if is_set(layer, "axis") else None
    room = count(shape[1:]) if axis is None else shape[axis]
    if not 1 <= top_k <= room:
        raise NetError(f"{layer}: top_k {top_k} must be from 1 to {room}, as {shape_text(shape)} has no more")
    if axis is not None:
        return ((*shape[:axis], top_k, *shape[axis + 1 :]),)
    batch = shape[axis_of(layer, shape, 0)]
    return ((batch, 2 if flag(layer, "out_max_val") else 1, top_k, *(1 for _ in shape[3:])),)


def reduction(layer: Layer, bottoms: Sequence[Shape]) -> tuple[Shape, ...]:
    """Everything from the axis on becomes one number."""
    shape = bottoms[0]
    return (shape[: axis_of(layer, shape, whole(layer, "axis"))],)
