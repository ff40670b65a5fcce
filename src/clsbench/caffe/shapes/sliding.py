"""Layers that slide a window over the image: Convolution, Deconvolution, Pooling."""

from collections.abc import Sequence

from clsbench.caffe.axes import axis_of, image_axes, shape_text
from clsbench.caffe.net import Layer, Shape
from clsbench.caffe.settings import flag, is_set, whole, word
from clsbench.caffe.window import Window, rounds_up, window_of
from clsbench.errors import NetError

_SIDES = ("height", "width")


def convolution(layer: Layer, bottoms: Sequence[Shape]) -> tuple[Shape, ...]:
    """Rounds down, as conv_layer.cpp does."""
    batch, _, *image = _image(layer, bottoms[0])
    window = window_of(layer)
    sizes = []
    for axis, size in enumerate(image):
        room = size + window.pad[axis] + window.pad_end[axis] - window.extent[axis]
        # Caffe's own division treats a room of -1 as 0 and covers only padding; no other runtime does
        if room < 0:
            raise NetError(
                f"{layer}: a kernel of {window.extent[axis]} (dilation included) does not fit into "
                f"{_SIDES[axis]} {size} with pad {window.pad[axis]}"
            )
        sizes.append(room // window.stride[axis] + 1)
    return ((batch, whole(layer, "num_output"), *sizes),)


def deconvolution(layer: Layer, bottoms: Sequence[Shape]) -> tuple[Shape, ...]:
    """The size whose convolution would give the bottom's size."""
    batch, _, *image = _image(layer, bottoms[0])
    window = window_of(layer)
    sizes = [
        window.stride[axis] * (size - 1) + window.extent[axis] - window.pad[axis] - window.pad_end[axis]
        for axis, size in enumerate(image)
    ]
    return ((batch, whole(layer, "num_output"), *sizes),)


def pooling(layer: Layer, bottoms: Sequence[Shape]) -> tuple[Shape, ...]:
    """Rounds up and clips the last window, as in pooling_layer.cpp, unless ceil_mode or round_mode says no."""
    batch, channels, *image = image_axes(layer, bottoms[0])
    if flag(layer, "global_pooling"):
        _check_global(layer)
        return ((batch, channels, 1, 1),)
    window = window_of(layer)
    if word(layer, "pool") == "STOCHASTIC" and window.is_padded:
        raise NetError(f"{layer}: pad is for MAX and AVE; Caffe's STOCHASTIC pooling has none")
    if window.pad[0] >= window.kernel[0] or window.pad[1] >= window.kernel[1]:
        raise NetError(
            f"{layer}: pad {window.pad} must be less than the kernel {window.kernel}, else windows are empty"
        )
    up = rounds_up(layer)
    return ((batch, channels, *(_pooled(layer, window, axis, size, up=up) for axis, size in enumerate(image))),)


def _pooled(layer: Layer, window: Window, axis: int, size: int, *, up: bool) -> int:
    kernel, stride, pad = window.kernel[axis], window.stride[axis], window.pad[axis]
    room = size + pad + window.pad_end[axis] - kernel
    pooled = (-(-room // stride) if up else room // stride) + 1
    if window.is_padded and (pooled - 1) * stride >= size + pad:
        pooled -= 1  # pooling_layer.cpp: the last window must start inside the image or its first padding
    if pooled < 1:
        raise NetError(f"{layer}: a kernel of {kernel} does not fit into {_SIDES[axis]} {size} with pad {pad}")
    if (pooled - 1) * stride - pad >= size:
        raise NetError(
            f"{layer}: the last window starts beyond {_SIDES[axis]} {size} (kernel {kernel}, stride {stride}), "
            "so it sees no pixel; use ceil_mode: false or a stride not above the kernel"
        )
    return pooled


def _check_global(layer: Layer) -> None:
    for name in ("kernel_size", "kernel_h", "kernel_w"):
        if is_set(layer, name):
            raise NetError(
                f"{layer}: global_pooling takes the whole image, so {name} must not be set; keep one of them"
            )
    for name, neutral in (("pad", 0), ("pad_h", 0), ("pad_w", 0), ("stride", 1), ("stride_h", 1), ("stride_w", 1)):
        if is_set(layer, name) and whole(layer, name) != neutral:
            raise NetError(f"{layer}: global_pooling takes the whole image, so {name} must be {neutral}")


def _image(layer: Layer, shape: Shape) -> tuple[int, int, int, int]:
    sizes = image_axes(layer, shape)
    if axis_of(layer, shape, whole(layer, "axis")) != 1:
        raise NetError(
            f"{layer}: axis {whole(layer, 'axis')} is not the channels of {shape_text(shape)}; only axis 1 is"
        )
    return sizes
