"""What the zoo's tests share: the catalogue, and the layer lists of the published files in this package's terms."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from clsbench.caffe.net import Layer
from clsbench.caffe.schema import LAYER_TYPES, Kind
from clsbench.caffe.settings import is_set
from clsbench.caffe.window import window_of
from clsbench.zoo.catalogue import Entry, read_catalogue

CONF_MODEL = Path(__file__).resolve().parents[2] / "conf" / "model"
_WINDOWED = {"Convolution", "ConvolutionDepthwise", "Pooling"}
_WINDOW_FIELDS = {
    *("kernel_size", "kernel_h", "kernel_w", "stride", "stride_h", "stride_w", "pad", "pad_h", "pad_w", "dilation"),
}


@pytest.fixture(scope="session")
def catalogue() -> dict[str, Entry]:
    """Every zoo model."""
    return read_catalogue(CONF_MODEL)


@pytest.fixture(scope="session")
def published(facts: Path) -> Callable[[str], Mapping[str, Any]]:
    """Reads the facts of one published network."""

    def read(name: str) -> Mapping[str, Any]:
        content: Mapping[str, Any] = json.loads((facts / "networks" / f"{name}.json").read_text())
        return content

    return read


@pytest.fixture(scope="session")
def as_layer() -> Callable[[Mapping[str, Any]], Layer]:
    """Makes a Layer of one entry of a layer list."""
    return _as_layer


@pytest.fixture(scope="session")
def as_caffe_sees_it() -> Callable[[Layer], Mapping[str, object]]:
    """A layer's settings that matter at inference, with Caffe's defaults and one form for windows."""
    return _as_caffe_sees_it


def _as_layer(fact: Mapping[str, Any]) -> Layer:
    fields = LAYER_TYPES[fact["type"]].fields
    params = {}
    for key, value in fact["params"].items():
        name = "kernel_size" if key == "kernel" else key
        as_list = value if isinstance(value, list) else [value]
        params[name] = tuple(as_list) if fields[name].repeated or name == "shape" else value
    return Layer(fact["name"], fact["type"], tuple(fact["bottom"]), tuple(fact["top"]), params)


def _as_caffe_sees_it(layer: Layer) -> Mapping[str, object]:
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
