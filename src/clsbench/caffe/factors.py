"""The axes to which the numbers of a Scale or Bias layer apply."""

from collections.abc import Sequence

from clsbench.caffe.axes import axis_of, shape_text
from clsbench.caffe.net import Layer, Shape
from clsbench.caffe.settings import whole
from clsbench.errors import NetError


def factor_axes(layer: Layer, bottoms: Sequence[Shape]) -> tuple[int, int]:
    """The first axis, and the one after the last, for which a Scale or Bias layer has separate numbers.

    They come from ``axis`` and ``num_axes`` if the numbers are the layer's own, else from the second bottom's axes.
    """
    shape = bottoms[0]
    if len(bottoms) == 2:
        return _factor_axes_of_bottom(layer, shape, bottoms[1])
    wanted = whole(layer, "num_axes")
    if wanted == 0:
        return 0, 0
    start = axis_of(layer, shape, whole(layer, "axis"))
    end = len(shape) if wanted == -1 else start + wanted
    if wanted < -1 or end > len(shape):
        raise NetError(f"{layer}: axis {start} and num_axes {wanted} are not within {shape_text(shape)}")
    return start, end


def _factor_axes_of_bottom(layer: Layer, shape: Shape, factor: Shape) -> tuple[int, int]:
    start = axis_of(layer, shape, whole(layer, "axis")) if factor else 0
    if shape[start : start + len(factor)] != factor:
        raise NetError(
            f"{layer}: its second bottom, {shape_text(factor)}, must have the sizes of the first, {shape_text(shape)}, "
            f"from axis {start} on; a Reshape or another axis can make it so"
        )
    return start, start + len(factor)
