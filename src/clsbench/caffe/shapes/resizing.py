"""Layers that change the size of an image: Interp, Upsample, Pad."""

from collections.abc import Sequence

from clsbench.caffe.axes import image_axes, shape_text
from clsbench.caffe.net import Layer, Shape
from clsbench.caffe.settings import is_set, whole, wholes
from clsbench.errors import NetError


def interp(layer: Layer, bottoms: Sequence[Shape]) -> tuple[Shape, ...]:
    """DeepLab's interp_layer.cpp: cropped by the pads; then shrunk and zoomed, or resized to the given size."""
    batch, channels, *image = image_axes(layer, bottoms[0])
    begin, end = interp_pads(layer)
    cut = [size + begin + end for size in image]
    if min(cut) < 1:
        raise NetError(f"{layer}: pad_beg {begin} and pad_end {end} leave nothing of {shape_text(bottoms[0])}")
    sides = whole(layer, "height"), whole(layer, "width")
    factors = [name for name in ("shrink_factor", "zoom_factor") if is_set(layer, name)]
    if not factors:
        if min(sides) < 1:
            raise NetError(f"{layer}: give height and width, or zoom_factor, or shrink_factor")
        return ((batch, channels, *sides),)
    shrink, zoom = whole(layer, "shrink_factor"), whole(layer, "zoom_factor")
    if min(shrink, zoom) < 1:
        raise NetError(f"{layer}: shrink_factor {shrink} and zoom_factor {zoom} must be at least 1")
    shrunk = [(size - 1) // shrink + 1 for size in cut]
    return ((batch, channels, *(size + (size - 1) * (zoom - 1) for size in shrunk)),)


def interp_pads(layer: Layer) -> tuple[int, int]:
    """``pad_beg`` and ``pad_end`` of an Interp layer; raises NetError if one is positive, which Caffe refuses."""
    pads = whole(layer, "pad_beg"), whole(layer, "pad_end")
    if max(pads) > 0:
        raise NetError(f"{layer}: pad_beg {pads[0]} and pad_end {pads[1]} must not be positive; Interp only cuts")
    return pads


def upsample(layer: Layer, bottoms: Sequence[Shape]) -> tuple[Shape, ...]:
    """Each pixel repeated ``scale`` times in both directions."""
    batch, channels, height, width = image_axes(layer, bottoms[0])
    scale = whole(layer, "scale")
    if scale < 1:
        raise NetError(f"{layer}: scale {scale} must be at least 1")
    return ((batch, channels, height * scale, width * scale),)


def pad(layer: Layer, bottoms: Sequence[Shape]) -> tuple[Shape, ...]:
    """Synopsys' pad_layer.cpp: one number before and one after for each axis; none for the images of a batch."""
    shape = bottoms[0]
    pads = wholes(layer, "paddings")
    if len(pads) != 2 * len(shape):
        raise NetError(f"{layer}: has {len(pads)} paddings; {shape_text(shape)} needs two for each of its axes")
    if min(pads) < 0 or any(pads[:2]):
        raise NetError(f"{layer}: paddings {list(pads)} must not be negative, and 0 for the first axis, the images")
    return (tuple(size + pads[2 * axis] + pads[2 * axis + 1] for axis, size in enumerate(shape)),)
