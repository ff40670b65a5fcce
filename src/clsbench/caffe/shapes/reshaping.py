"""Layers that only rearrange numbers: Reshape, Flatten, Permute, ShuffleChannel, Tile, Crop; and Parameter."""

from collections.abc import Sequence

from clsbench.caffe.axes import axis_of, count, image_axes, shape_text
from clsbench.caffe.net import Layer, Shape
from clsbench.caffe.settings import whole, wholes
from clsbench.errors import NetError


def reshape(layer: Layer, bottoms: Sequence[Shape]) -> tuple[Shape, ...]:
    """``num_axes`` axes from ``axis`` on (-1: all) are replaced; 0 copies a size, and one -1 takes what is left."""
    shape = bottoms[0]
    factor = whole(layer, "pixelshuffler")
    if factor != 1:
        return (_pixels_from_channels(layer, shape, factor),)
    start, end = _replaced(layer, shape)
    dims = list(wholes(layer, "shape"))
    if dims.count(-1) > 1 or min(dims, default=0) < -1:
        raise NetError(f"{layer}: shape {dims} may hold sizes, 0 (copy) and at most one -1 (what is left)")
    for index, size in enumerate(dims):
        if size == 0:
            if start + index >= len(shape):
                raise NetError(f"{layer}: dim {index} of shape is 0 (copy), but {shape_text(shape)} has no such axis")
            dims[index] = shape[start + index]
    if -1 in dims:
        rest = count((*shape[:start], *shape[end:])) * count(tuple(size for size in dims if size != -1))
        dims[dims.index(-1)] = count(shape) // rest
    top = (*shape[:start], *dims, *shape[end:])
    if count(top) != count(shape):
        raise NetError(f"{layer}: {shape_text(shape)} holds {count(shape)} numbers and cannot become {shape_text(top)}")
    return (top,)


def flatten(layer: Layer, bottoms: Sequence[Shape]) -> tuple[Shape, ...]:
    """The axes from ``axis`` to ``end_axis`` merged into one."""
    shape = bottoms[0]
    start, end = (axis_of(layer, shape, whole(layer, name)) for name in ("axis", "end_axis"))
    if end < start:
        raise NetError(f"{layer}: end_axis {end} is before axis {start}")
    return ((*shape[:start], count(shape[start : end + 1]), *shape[end + 1 :]),)


def permute(layer: Layer, bottoms: Sequence[Shape]) -> tuple[Shape, ...]:
    """Axes in the given order; omitted axes follow in their own order."""
    return (tuple(bottoms[0][axis] for axis in permute_order(layer, bottoms[0])),)


def permute_order(layer: Layer, shape: Shape) -> tuple[int, ...]:
    """The full order of the axes of ``shape``."""
    order = wholes(layer, "order")
    if len(set(order)) != len(order) or not all(0 <= axis < len(shape) for axis in order):
        raise NetError(f"{layer}: order {list(order)} must name different axes from 0 to {len(shape) - 1}")
    return (*order, *(axis for axis in range(len(shape)) if axis not in order))


def shuffled(layer: Layer, bottoms: Sequence[Shape]) -> tuple[Shape, ...]:
    """The channels in another order; ``group`` must divide them."""
    _, channels, _, _ = image_axes(layer, bottoms[0])
    group = whole(layer, "group")
    if group < 1 or channels % group:
        raise NetError(f"{layer}: group {group} must divide the bottom's {channels} channels")
    return (bottoms[0],)


def parameter(layer: Layer, bottoms: Sequence[Shape]) -> tuple[Shape, ...]:
    """The layer's own weights."""
    del bottoms
    return (wholes(layer, "shape"),)


def tile(layer: Layer, bottoms: Sequence[Shape]) -> tuple[Shape, ...]:
    """``tiles`` copies side by side along the axis."""
    shape = bottoms[0]
    axis = axis_of(layer, shape, whole(layer, "axis"))
    tiles = whole(layer, "tiles")
    if tiles < 1:
        raise NetError(f"{layer}: tiles {tiles} must be at least 1")
    return ((*shape[:axis], shape[axis] * tiles, *shape[axis + 1 :]),)


def crop(layer: Layer, bottoms: Sequence[Shape]) -> tuple[Shape, ...]:
    """Bottom 0 cut to bottom 1's sizes from the axis on."""
    shape, like = bottoms
    axis = axis_of(layer, shape, whole(layer, "axis"))
    if len(like) != len(shape):
        raise NetError(
            f"{layer}: its two bottoms must have the same number of axes, but are {shape_text(shape)} and "
            f"{shape_text(like)}"
        )
    for index, offset in enumerate(crop_offsets(layer, shape)):
        if not 0 <= offset <= shape[axis + index] - like[axis + index]:
            raise NetError(
                f"{layer}: cannot cut {like[axis + index]} from offset {offset} on out of {shape[axis + index]} "
                f"along axis {axis + index}"
            )
    return ((*shape[:axis], *like[axis:]),)


def crop_offsets(layer: Layer, shape: Shape) -> tuple[int, ...]:
    """Where the cut starts, one number for each axis from the layer's on."""
    axis = axis_of(layer, shape, whole(layer, "axis"))
    offsets = wholes(layer, "offset") or (0,)
    if len(offsets) == 1:
        return offsets * (len(shape) - axis)
    if len(offsets) != len(shape) - axis:
        raise NetError(f"{layer}: {len(offsets)} offset for {len(shape) - axis} axes; give one for all, or one each")
    return offsets


def _pixels_from_channels(layer: Layer, shape: Shape, factor: int) -> Shape:
    batch, channels, height, width = image_axes(layer, shape)
    if factor < 1 or channels % factor**2:
        raise NetError(f"{layer}: pixelshuffler {factor}: its square must divide the bottom's {channels} channels")
    return batch, channels // factor**2, height * factor, width * factor


def _replaced(layer: Layer, shape: Shape) -> tuple[int, int]:
    axis, replaced = whole(layer, "axis"), whole(layer, "num_axes")
    start = axis if axis >= 0 else len(shape) + axis + 1
    end = len(shape) if replaced == -1 else start + replaced
    if not (0 <= start <= end <= len(shape)):
        raise NetError(f"{layer}: axis {axis} and num_axes {replaced} are not within {shape_text(shape)}")
    return start, end
