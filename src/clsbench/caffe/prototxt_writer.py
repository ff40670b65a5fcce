"""A net as prototxt text for BVLC Caffe 1.0 and older: inputs as ``input_dim``, and only settings that are set."""

from collections.abc import Iterator

from clsbench.caffe.net import Layer, Net, Scalar, Shape, Value
from clsbench.caffe.schema import LAYER_TYPES, Kind
from clsbench.errors import NetError

_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def prototxt_text(net: Net) -> str:
    """The text; parsed again it gives ``net`` without blobs. Raises NetError if a layer sets what the schema lacks."""
    lines = [f"name: {_quoted(net.name)}", *_inputs(net)]
    for layer in net.layers:
        lines += ["layer {", *(f"  {line}" for line in _layer(layer)), "}"]
    return "\n".join(lines) + "\n"


def _inputs(net: Net) -> Iterator[str]:
    # input_shape came with Caffe's blobs of any number of axes; inputs with four do not need it
    old = all(len(shape) == 4 for shape in net.inputs.values())
    for name, shape in net.inputs.items():
        yield f"input: {_quoted(name)}"
        yield from (f"input_dim: {size}" for size in shape) if old else (f"input_shape {{ {_dims(shape)} }}",)


def _layer(layer: Layer) -> Iterator[str]:
    yield f"name: {_quoted(layer.name)}"
    yield f"type: {_quoted(layer.type)}"
    yield from (f"bottom: {_quoted(name)}" for name in layer.bottoms)
    yield from (f"top: {_quoted(name)}" for name in layer.tops)
    if not layer.params:
        return
    yield f"{LAYER_TYPES[layer.type].message} {{"
    for name, value in layer.params.items():
        yield from (f"  {line}" for line in _setting(layer, name, value))
    yield "}"


def _setting(layer: Layer, name: str, value: Value) -> Iterator[str]:
    field = LAYER_TYPES[layer.type].fields.get(name)
    if field is None or field.kind is Kind.IGNORED:
        raise NetError(f"{layer}: sets {name}, which this type does not have; remove it")
    if field.kind is Kind.SHAPE:
        assert isinstance(value, tuple)
        yield f"{name} {{ {_dims(value)} }}"
        return
    for item in value if isinstance(value, tuple) else (value,):
        yield f"{name}: {_scalar(field.kind, item)}"


def _scalar(kind: Kind, value: Scalar) -> str:
    match kind:
        case Kind.BOOL:
            return "true" if value else "false"
        case Kind.STRING:
            return _quoted(str(value))
        case Kind.FLOAT:
            return repr(float(value))
    return str(value)


def _dims(shape: Shape | tuple[Scalar, ...]) -> str:
    return " ".join(f"dim: {size}" for size in shape)


def _quoted(text: str) -> str:
    return '"' + "".join(_ESCAPES.get(character) or _printable(character) for character in text) + '"'


def _printable(character: str) -> str:
    return f"\\{ord(character):03o}" if ord(character) < 32 or ord(character) == 127 else character
