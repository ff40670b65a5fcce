"""One layer of a prototxt: its message's fields checked against the schema, one by one."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TypeVar

from clsbench.caffe.field_values import field_value, shape_value, string_value
from clsbench.caffe.layer_names import MESSAGES, OTHER_FIELDS, TRAINING_TYPES, V1_TYPES, V1_TYPES_BY_NUMBER
from clsbench.caffe.net import Layer, Shape, Value
from clsbench.caffe.net_state import NetState, is_included, is_test
from clsbench.caffe.other_tasks import OTHER_TASKS, python_refusal, refusal
from clsbench.caffe.schema import LAYER_TYPES, Kind
from clsbench.caffe.textformat import Block, Entry, Literal, Node
from clsbench.errors import NetError

_Read = TypeVar("_Read")

_NAMES = {"name", "type", "bottom", "top"}


@dataclass(frozen=True)
class LayerBlock:
    """A layer as written in the file ``source``; ``is_v1``: under ``layers``, with an enum for its type."""

    block: Block
    source: str
    is_v1: bool

    @property
    def name(self) -> str:
        """Its name, or an empty string."""
        return next((e.value.text for e in self.block.entries if e.name == "name" and isinstance(e.value, Literal)), "")

    def error(self, entry: Entry | None, message: str) -> NetError:
        """A NetError prefixed with the place of ``entry`` and the layer's name."""
        line, field = (entry.line, f", {entry.name}") if entry else (self.block.line, "")
        return NetError(f"{self.source}, line {line}: layer '{self.name}'{field}: {message}")

    def strings(self, field: str) -> tuple[str, ...]:
        """The values of one of the layer's own string fields."""
        return tuple(self.read(entry, string_value) for entry in self.entries(field))

    def read(self, entry: Entry, read: Callable[[Node], _Read]) -> _Read:
        """The result of ``read`` for the entry's value; its ValueError becomes a NetError with the place."""
        try:
            return read(entry.value)
        except ValueError as error:
            raise self.error(entry, str(error)) from error

    def entries(self, *fields: str) -> tuple[Entry, ...]:
        """The entries with these names."""
        return tuple(entry for entry in self.block.entries if entry.name in fields)


def is_part_of_net(layer: LayerBlock, state: NetState) -> bool:
    """Whether the layer's rules include it in the TEST net."""
    rules = layer.entries("include", "exclude")
    try:
        return is_included(rules, state)
    except ValueError as error:
        raise layer.error(rules[0], str(error)) from error


def written_type(layer: LayerBlock) -> str:
    """Today's name of the stated layer type, known here or not; raises NetError if there is none."""
    if layer.is_v1 and layer.entries("layer"):
        raise layer.error(
            layer.entries("layer")[0],
            "the oldest format (V0) is not supported; upgrade the file with Caffe's upgrade_net_proto_text",
        )
    entries = layer.entries("type")
    if len(entries) != 1:
        raise layer.error(None, "must have one type")
    return _v1_type(layer, entries[0]) if layer.is_v1 else _v2_type(layer, entries[0])


def layer_type(layer: LayerBlock) -> str:
    """Today's name of a computing layer's type; raises NetError if it is unknown, or only for training."""
    found = written_type(layer)
    entry = layer.entries("type")[0]
    if found in OTHER_TASKS:
        raise layer.error(entry, refusal(found))
    if found == "Python":
        raise layer.error(entry, python_refusal(*(_of_python(layer, name) for name in ("module", "layer"))))
    if found in TRAINING_TYPES:
        raise layer.error(entry, f"{found} is for training; give the deploy prototxt, which starts with input")
    if found not in LAYER_TYPES and found != "Input":
        raise layer.error(entry, f"layer type '{found}' is unknown{_closest(found, LAYER_TYPES)}")
    return found


def layer_of(layer: LayerBlock) -> Layer:
    """The layer with the settings relevant at inference; raises NetError for the first unknown or wrong field."""
    found = layer_type(layer)
    check_fields(layer, found)
    return Layer(
        name=next(iter(layer.strings("name")), ""),
        type=found,
        bottoms=layer.strings("bottom"),
        tops=layer.strings("top"),
        params=params_of(layer, found),
        line=layer.block.line,
    )


def input_shapes(layer: LayerBlock) -> dict[str, Shape]:
    """The blobs of an Input layer; raises NetError if they have no shapes."""
    check_fields(layer, "Input")
    tops = layer.strings("top")
    shapes = []
    for entry in (inner for message in layer.entries("input_param") for inner in _fields_of(layer, message)):
        if entry.name != "shape":
            raise layer.error(entry, "input_param has no such field; it holds shape")
        shapes.append(layer.read(entry, shape_value))
    if layer.strings("bottom") or not tops or len(set(tops)) != len(tops):
        raise layer.error(None, "an Input layer has no bottom and at least one top, each with its own name")
    if len(shapes) not in {1, len(tops)}:
        raise layer.error(
            None, f"has {len(shapes)} shapes for {len(tops)} tops; give input_param {{ shape {{ dim ... }} }} for each"
        )
    return dict(zip(tops, shapes * len(tops) if len(shapes) == 1 else shapes, strict=True))


def _v1_type(layer: LayerBlock, entry: Entry) -> str:
    text = entry.value.text if isinstance(entry.value, Literal) and not entry.value.quoted else ""
    if text in V1_TYPES:
        return V1_TYPES[text][1]
    if text.isdecimal() and int(text) in V1_TYPES_BY_NUMBER:
        return V1_TYPES_BY_NUMBER[int(text)]
    raise layer.error(
        entry, f"layers take a type such as CONVOLUTION, without quotes, not '{text}'{_closest(text, V1_TYPES)}"
    )


def _v2_type(layer: LayerBlock, entry: Entry) -> str:
    if isinstance(entry.value, Literal) and not entry.value.quoted:
        raise layer.error(
            entry, f"must be in quotes; {entry.value.text} without them belongs to layers, the older format"
        )
    return layer.strings("type")[0]


def check_fields(layer: LayerBlock, found: str) -> None:
    """Raises NetError for a field that no layer has, or for a phase in which a layer of type ``found`` would train."""
    known = _NAMES | OTHER_FIELDS | MESSAGES
    if len(layer.entries("name")) > 1:
        raise layer.error(layer.entries("name")[1], "is given twice; keep one")
    for entry in layer.block.entries:
        if entry.name == "blobs":
            raise layer.error(entry, "weights in a prototxt are not supported; keep them in a caffemodel")
        if entry.name == "quantization_param":
            raise layer.error(
                entry, "Intel Caffe computes this layer in 8 bits; remove it to evaluate the network in float32"
            )
        if entry.name not in known:
            raise layer.error(entry, f"a layer has no such field{_closest(entry.name, known)}")
        if entry.name == "phase":
            _check_phase(layer, entry, found)


def _of_python(layer: LayerBlock, name: str) -> str:
    """A string of the layer's python_param; empty if there is none."""
    messages = (entry.value for entry in layer.entries("python_param") if isinstance(entry.value, Block))
    values = (entry.value for message in messages for entry in message.entries if entry.name == name)
    return next((value.text for value in values if isinstance(value, Literal)), "")


def _check_phase(layer: LayerBlock, entry: Entry, found: str) -> None:
    if not layer.read(entry, is_test) and found in {"BatchNorm", "Dropout"}:
        raise layer.error(
            entry, "TRAIN makes this layer work as in training; remove it, or write include { phase: TRAIN }"
        )


def params_of(layer: LayerBlock, found: str) -> dict[str, Value]:
    """The settings relevant at inference, by the fields of layer type ``found``; raises NetError for a wrong one."""
    message = LAYER_TYPES[found].message
    messages = layer.entries(message) if message else ()
    if len(messages) > 1:
        raise layer.error(messages[1], "is given twice; keep one")
    schema = LAYER_TYPES[found].fields
    given: dict[str, list[Entry]] = {}
    for entry in (inner for message in messages for inner in _fields_of(layer, message)):
        if entry.name not in schema:
            raise layer.error(entry, f"{messages[0].name} has no such field{_closest(entry.name, schema)}")
        given.setdefault(entry.name, []).append(entry)
    params: dict[str, Value] = {}
    for name, entries in given.items():
        if schema[name].kind is Kind.IGNORED:
            continue
        try:
            params[name] = field_value(schema[name], [entry.value for entry in entries])
        except ValueError as error:
            raise layer.error(entries[-1], str(error)) from error
    return params


def _fields_of(layer: LayerBlock, message: Entry) -> tuple[Entry, ...]:
    if not isinstance(message.value, Block):
        raise layer.error(message, "must be a block")
    return message.value.entries


def _closest(name: str, known: Iterable[str]) -> str:
    by_lower_case = {other.lower(): other for other in known}
    close = get_close_matches(name.lower(), by_lower_case, n=1)
    return f"; did you mean {by_lower_case[close[0]]}?" if close else ""
