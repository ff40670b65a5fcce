"""A layer's settings by name and type, with Caffe's default if the layer does not set them."""

from clsbench.caffe.net import Layer, Value
from clsbench.caffe.schema import LAYER_TYPES
from clsbench.errors import NetError


def setting(layer: Layer, name: str) -> Value:
    """The value of field ``name``; raises NetError if it is not set and Caffe has no default."""
    if name in layer.params:
        return layer.params[name]
    default = LAYER_TYPES[layer.type].fields[name].default
    if default is None:
        raise NetError(f"{layer}: {name} is not set and Caffe has no default for it; give it a value")
    return default


def is_set(layer: Layer, name: str) -> bool:
    """Whether the layer itself sets ``name``."""
    return name in layer.params


def whole(layer: Layer, name: str) -> int:
    """A whole number."""
    value = setting(layer, name)
    assert isinstance(value, int)
    return value


def wholes(layer: Layer, name: str) -> tuple[int, ...]:
    """A repeated field of whole numbers; empty if it is not set."""
    value = setting(layer, name)
    assert isinstance(value, tuple)
    return tuple(int(item) for item in value)


def real(layer: Layer, name: str) -> float:
    """A number."""
    value = setting(layer, name)
    assert isinstance(value, int | float)
    return float(value)


def reals(layer: Layer, name: str) -> tuple[float, ...]:
    """A repeated field of numbers; empty if it is not set."""
    value = setting(layer, name)
    assert isinstance(value, tuple)
    return tuple(float(item) for item in value)


def flag(layer: Layer, name: str) -> bool:
    """True or false."""
    value = setting(layer, name)
    assert isinstance(value, bool)
    return value


def word(layer: Layer, name: str) -> str:
    """The name of an enum's value."""
    value = setting(layer, name)
    assert isinstance(value, str)
    return value
