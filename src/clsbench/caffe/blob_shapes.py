"""The shapes of a layer's weights, in Caffe's order."""

from collections.abc import Callable, Mapping, Sequence

from clsbench.caffe.axes import axis_of, count, image_axes
from clsbench.caffe.factors import factor_axes
from clsbench.caffe.net import Layer, Shape
from clsbench.caffe.settings import flag, is_set, whole, wholes
from clsbench.caffe.window import window_of
from clsbench.errors import NetError


def blob_shapes(layer: Layer, bottoms: Sequence[Shape]) -> tuple[Shape, ...]:
    """Weight before bias, mean before variance and factor; empty for a layer without weights."""
    rule = _RULES.get(layer.type)
    return rule(layer, bottoms) if rule else ()


def groups(layer: Layer, channels: int) -> int:
    """The number of groups of a convolution; raises NetError if its channels do not divide into them.

    The depthwise types have one group per channel, whether or not they set it.
    """
    outputs = _outputs(layer)
    group = whole(layer, "group")
    if layer.type in {"ConvolutionDepthwise", "DepthwiseConvolution"}:
        if outputs != channels or (is_set(layer, "group") and group != channels):
            raise NetError(f"{layer}: num_output {outputs} and group {group} must be the bottom's {channels} channels")
        return channels
    if group < 1 or channels % group or outputs % group:
        raise NetError(f"{layer}: group {group} must divide the bottom's {channels} channels and num_output {outputs}")
    return group


def _convolution(layer: Layer, bottoms: Sequence[Shape]) -> tuple[Shape, ...]:
    _, channels, _, _ = image_axes(layer, bottoms[0])
    outputs = _outputs(layer)
    return _with_bias(layer, (outputs, channels // groups(layer, channels), *window_of(layer).kernel))


def _deconvolution(layer: Layer, bottoms: Sequence[Shape]) -> tuple[Shape, ...]:
    _, channels, _, _ = image_axes(layer, bottoms[0])
    outputs = _outputs(layer)
    return _with_bias(layer, (channels, outputs // groups(layer, channels), *window_of(layer).kernel))


def _inner_product(layer: Layer, bottoms: Sequence[Shape]) -> tuple[Shape, ...]:
    shape = bottoms[0]
    outputs = _outputs(layer)
    inputs = count(shape[axis_of(layer, shape, whole(layer, "axis")) :])
    return _with_bias(layer, (inputs, outputs) if flag(layer, "transpose") else (outputs, inputs))


def _batch_norm(layer: Layer, bottoms: Sequence[Shape]) -> tuple[Shape, ...]:
    channels = bottoms[0][1]
    own = ((channels,), (channels,)) if flag(layer, "scale_bias") else ()
    return (channels,), (channels,), (1,), *own


def _bn(layer: Layer, bottoms: Sequence[Shape]) -> tuple[Shape, ...]:
    """SegNet's INFERENCE stores a scale and a shift per channel; yjxiong's dialect also mean and variance."""
    return ((1, bottoms[0][1], 1, 1),) * (2 if is_set(layer, "bn_mode") else 4)


def _normalize(layer: Layer, bottoms: Sequence[Shape]) -> tuple[Shape, ...]:
    return ((),) if flag(layer, "channel_shared") else ((bottoms[0][1],),)


def _parameter(layer: Layer, bottoms: Sequence[Shape]) -> tuple[Shape, ...]:
    del bottoms
    return (wholes(layer, "shape"),)


def _scale(layer: Layer, bottoms: Sequence[Shape]) -> tuple[Shape, ...]:
    start, end = factor_axes(layer, bottoms)
    own = 1 if len(bottoms) == 1 else 0
    return (bottoms[0][start:end],) * (own + flag(layer, "bias_term"))


def _bias(layer: Layer, bottoms: Sequence[Shape]) -> tuple[Shape, ...]:
    start, end = factor_axes(layer, bottoms)
    return (bottoms[0][start:end],) if len(bottoms) == 1 else ()


def _prelu(layer: Layer, bottoms: Sequence[Shape]) -> tuple[Shape, ...]:
    return ((),) if flag(layer, "channel_shared") else ((bottoms[0][1],),)


def _with_bias(layer: Layer, weight: Shape) -> tuple[Shape, ...]:
    return (weight, (_outputs(layer),)) if flag(layer, "bias_term") else (weight,)


def _outputs(layer: Layer) -> int:
    outputs = whole(layer, "num_output")
    if outputs < 1:
        raise NetError(f"{layer}: num_output {outputs} must be at least 1")
    return outputs


_RULES: Mapping[str, Callable[[Layer, Sequence[Shape]], tuple[Shape, ...]]] = {
    "BN": _bn,
    "BatchNorm": _batch_norm,
    "Bias": _bias,
    "Convolution": _convolution,
    "ConvolutionDepthwise": _convolution,
    "Deconvolution": _deconvolution,
    "DepthwiseConvolution": _convolution,
    "InnerProduct": _inner_product,
    "Normalize": _normalize,
    "PReLU": _prelu,
    "Parameter": _parameter,
    "Scale": _scale,
}
TYPES_WITH_WEIGHTS = frozenset(_RULES)
