"""A layer as Caffe sees it at inference, and the check number by which it is told from any other."""

import zlib
from collections.abc import Mapping
from typing import Any

from clsbench.caffe.net import Layer
from clsbench.caffe.schema import LAYER_TYPES, Kind
from clsbench.caffe.settings import is_set
from clsbench.caffe.window import window_of

_WINDOWED = {"Convolution", "ConvolutionDepthwise", "Pooling"}
_WINDOW_FIELDS = {
    *("kernel_size", "kernel_h", "kernel_w", "stride", "stride_h", "stride_w", "pad", "pad_h", "pad_w", "dilation"),
}


def layer_of(fact: Mapping[str, Any]) -> Layer:
    """The layer of one entry of a gathered layer list."""
    fields = LAYER_TYPES[fact["type"]].fields
    params = {}
    for key, value in fact["params"].items():
        name = "kernel_size" if key == "kernel" else key
        if fields[name].kind is Kind.IGNORED:
            continue
        many = fields[name].repeated or fields[name].kind is Kind.SHAPE
        params[name] = tuple(value) if isinstance(value, list) else (value,) if many else value
    return Layer(fact["name"], fact["type"], tuple(fact["bottom"]), tuple(fact["top"]), params)


def as_caffe_sees_it(layer: Layer) -> Mapping[str, object]:
    """A layer's settings that matter at inference, with Caffe's defaults and one form for windows."""
    fields = LAYER_TYPES[layer.type].fields
    seen: dict[str, object] = {
        name: layer.params.get(name, field.default)
        for name, field in fields.items()
        if field.kind is not Kind.IGNORED and name not in _WINDOW_FIELDS
    }
    if layer.type in _WINDOWED and not layer.params.get("global_pooling", False):
        window = window_of(layer)
        seen |= {"kernel": window.kernel, "stride": window.stride, "pad": window.pad}
    if layer.type == "BatchNorm":
        seen["sets use_global_stats"] = is_set(layer, "use_global_stats")  # matters to `caffe time`, which trains
    return seen


def check_of(layer: Layer) -> str:
    """Eight hexadecimal digits that stand for name, type, bottoms, tops and every setting that is not Caffe's default.

    Defaults are left out, so that a field that is new in the schema changes no check.
    """
    fields = LAYER_TYPES[layer.type].fields
    seen = as_caffe_sees_it(layer)
    told = {key: value for key, value in seen.items() if key not in fields or value != fields[key].default}
    parts = [layer.name, layer.type, ",".join(layer.bottoms), ",".join(layer.tops)]
    parts += [f"{key}={_written(told[key])}" for key in sorted(told)]
    return f"{zlib.crc32('|'.join(parts).encode()):08x}"


def _written(value: object) -> str:
    if isinstance(value, (tuple, list)):
        return " ".join(map(_written, value))
    return f"{float(value):.9g}" if isinstance(value, (bool, int, float)) else str(value)
