"""Settings of the published network that certain weights need changed, such as the kind of a pool."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeAlias

from clsbench.caffe.net import Layer, Net, Value
from clsbench.caffe.schema import LAYER_TYPES
from clsbench.errors import NetError

NetworkSettings: TypeAlias = Mapping[str, Mapping[str, Value]]  # layer -> setting -> value


def with_settings(net: Net, settings: NetworkSettings) -> Net:
    """``net`` with ``settings``; raises NetError for a layer or a setting that it does not have."""
    names = {layer.name for layer in net.layers}
    if unknown := sorted(settings.keys() - names):
        raise NetError(f"network '{net.name}' has no layer {', '.join(unknown)}, whose settings its weights name")
    return replace(net, layers=tuple(_set(layer, settings.get(layer.name, {})) for layer in net.layers))


def _set(layer: Layer, settings: Mapping[str, Value]) -> Layer:
    if unknown := sorted(settings.keys() - LAYER_TYPES[layer.type].fields.keys()):
        raise NetError(f"{layer} has no setting {', '.join(unknown)}, which its weights name")
    values = {name: tuple(value) if isinstance(value, list) else value for name, value in settings.items()}
    return replace(layer, params={**layer.params, **values}) if settings else layer
