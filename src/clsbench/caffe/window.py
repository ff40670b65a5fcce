"""The window that a convolution or a pool slides over the image, however the prototxt spells it."""

from dataclasses import dataclass

from clsbench.caffe.net import Layer
from clsbench.caffe.schema import LAYER_TYPES
from clsbench.caffe.settings import flag, is_set, whole, wholes, word
from clsbench.errors import NetError

Pair = tuple[int, int]


@dataclass(frozen=True)
class Window:
    """Each pair is (height, width); ``pad`` is added before the image and ``pad_end`` after it."""

    kernel: Pair
    stride: Pair
    pad: Pair
    dilation: Pair
    pad_end: Pair

    @property
    def is_padded(self) -> bool:
        """Whether there is any padding."""
        return any((*self.pad, *self.pad_end))

    @property
    def extent(self) -> Pair:
        """Pixels from the first to the last tap, inclusive."""
        return (
            self.dilation[0] * (self.kernel[0] - 1) + 1,
            self.dilation[1] * (self.kernel[1] - 1) + 1,
        )


def window_of(layer: Layer) -> Window:
    """The window of a Convolution, Deconvolution or non-global Pooling layer.

    Raises NetError if a field is missing, contradictory, or not positive.
    """
    pad, pad_end = _pads(layer)
    window = Window(
        kernel=_pair(layer, "kernel_size", ("kernel_h", "kernel_w"), default=None),
        stride=_pair(layer, "stride", ("stride_h", "stride_w"), default=1),
        pad=pad,
        pad_end=pad_end,
        dilation=_pair(layer, "dilation", None, default=1),
    )
    for name in ("kernel", "stride", "dilation"):
        if min(getattr(window, name)) < 1:
            raise NetError(f"{layer}: {name} {getattr(window, name)} must be at least 1")
    if min(*window.pad, *window.pad_end) < 0:
        raise NetError(f"{layer}: pad {window.pad} must not be negative")
    return window


def _pads(layer: Layer) -> tuple[Pair, Pair]:
    """Caffe's pad, the same at both ends, or Synopsys Caffe's four (base_conv_layer.cpp, pooling_layer.cpp there)."""
    top, left, bottom, right = (whole(layer, f"pad_{side}") for side in "tlbr")
    if not any((top, left, bottom, right)):
        pad = _pair(layer, "pad", ("pad_h", "pad_w"), default=0)
        return pad, pad
    if any(is_set(layer, name) for name in ("pad", "pad_h", "pad_w")):
        raise NetError(f"{layer}: gives both pad and pad_l/pad_r/pad_t/pad_b; keep one of them")
    return (top, left), (bottom, right)


def _pair(layer: Layer, square: str, sides: tuple[str, str] | None, *, default: int | None) -> Pair:
    if sides is not None and any(is_set(layer, side) for side in sides):
        if is_set(layer, square):
            raise NetError(f"{layer}: gives both {square} and {sides[0]}/{sides[1]}; keep one of them")
        # a convolution takes 0 for a missing pad; everything else needs both sides
        other = 0 if square == "pad" and layer.type != "Pooling" else None
        return _side(layer, sides[0], other), _side(layer, sides[1], other)
    values = _values(layer, square)
    if not values:
        if default is None:
            raise NetError(f"{layer}: {square} is not set; a window needs its size")
        return default, default
    if len(values) > 2:
        raise NetError(f"{layer}: {square} has {len(values)} values; an image has a height and a width")
    return values[0], values[-1]


def _side(layer: Layer, name: str, default: int | None) -> int:
    if not is_set(layer, name):
        if default is None:
            raise NetError(f"{layer}: {name} is not set, but the other side is; give both")
        return default
    return whole(layer, name)


def _values(layer: Layer, name: str) -> tuple[int, ...]:
    field = LAYER_TYPES[layer.type].fields.get(name)
    if field is None or not is_set(layer, name):
        return ()
    return wholes(layer, name) if field.repeated else (whole(layer, name),)


def rounds_up(layer: Layer) -> bool:
    """Whether a Pooling layer has a last, clipped window: yes, unless ``ceil_mode`` or ``round_mode`` says no."""
    by_round_mode = word(layer, "round_mode") == "CEIL"
    if not is_set(layer, "ceil_mode"):
        return by_round_mode
    by_ceil_mode = flag(layer, "ceil_mode")
    if is_set(layer, "round_mode") and by_ceil_mode != by_round_mode:
        raise NetError(f"{layer}: ceil_mode and round_mode contradict each other; keep one of them")
    return by_ceil_mode
