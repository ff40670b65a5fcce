"""Reads a prototxt file as its TEST net: layers of both formats, inputs of all three kinds, rules applied."""

from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TypeVar

from clsbench.caffe.data_layer import DATA_TYPES, DataLayer, data_layer_of
from clsbench.caffe.field_values import shape_value, string_value, whole_value
from clsbench.caffe.layer_names import NET_FIELDS_WITHOUT_EFFECT
from clsbench.caffe.net import Net, Shape
from clsbench.caffe.net_state import NetState, net_state
from clsbench.caffe.prototxt_layer import LayerBlock, is_part_of_net, written_type
from clsbench.caffe.tested_net import TestedNet
from clsbench.caffe.textformat import Block, Entry, Node, decoded, parse_textformat
from clsbench.caffe.validity import check_net
from clsbench.errors import NetError

_LARGEST_FILE = 4 * 2**20  # bytes; resnet269-v2, the longest published network, takes 0.2 MiB
_FIELDS = ("name", "input", "input_shape", "input_dim", "layer", "layers", "state", "force_backward", "debug_info")
_SOLVER_FIELDS = {"net", "train_net", "test_net", "base_lr", "lr_policy", "solver_mode", "max_iter", "test_iter"}

_Read = TypeVar("_Read")


def read_prototxt(path: Path, images: Shape | None = None) -> Net:
    """The net of the file in phase TEST; NetError with file and line if it is unreadable or breaks Caffe's rules.

    ``images`` is the shape (1, channel, height, width) of the data, for what a data layer does not state: the channels
    of a database, and the size if there is no crop_size; a missing size raises ImageSizeError.
    """
    return parse_prototxt(_text(path), str(path), images)


def _text(path: Path) -> str:
    try:
        if not path.is_file():
            raise NetError(f"{path}: there is no such file; give the path of the deploy prototxt")
        with path.open("rb") as file:
            data = file.read(_LARGEST_FILE + 1)
    except (OSError, ValueError) as error:
        raise NetError(f"{path}: cannot read the prototxt: {error}") from error
    if len(data) > _LARGEST_FILE:
        raise NetError(
            f"{path}: a file of more than {_LARGEST_FILE >> 20} MiB is not a prototxt; give the deploy prototxt"
        )
    return decoded(data, str(path))


def parse_prototxt(text: str, source: str, images: Shape | None = None) -> Net:
    """The net that ``text`` describes in phase TEST; ``source`` is the place that NetErrors name."""
    file = _File(parse_textformat(text, source), source)
    _check_fields(file)
    tested = TestedNet(_input_fields(file), images)
    for block in _layer_blocks(file):
        tested.add(block)
    net = tested.net(next(iter(file.strings("name")), ""))
    try:
        check_net(net)
    except NetError as error:
        raise NetError(f"{source}: {error}") from error
    return net


@dataclass(frozen=True)
class _File:
    block: Block
    source: str

    def error(self, entry: Entry, message: str) -> NetError:
        return NetError(f"{self.source}, line {entry.line}: {entry.name}: {message}")

    def entries(self, *fields: str) -> list[Entry]:
        return [entry for entry in self.block.entries if entry.name in fields]

    def read(self, entry: Entry, read: Callable[[Node], _Read]) -> _Read:
        try:
            return read(entry.value)
        except ValueError as error:
            raise self.error(entry, str(error)) from error

    def strings(self, field: str) -> list[str]:
        return [self.read(entry, string_value) for entry in self.entries(field)]


def _check_fields(file: _File) -> None:
    for entry in file.block.entries:
        if entry.name in _SOLVER_FIELDS:
            raise file.error(entry, "this is a solver; give the deploy prototxt of the net")
        if entry.name in NET_FIELDS_WITHOUT_EFFECT:
            continue
        if entry.name not in _FIELDS:
            if not file.entries("layer", "layers", "input", "input_dim", "input_shape"):
                raise NetError(
                    f"{file.source}: this is not a network: it begins with '{file.block.entries[0].name}' and holds "
                    "no layer; "
                    "give the prototxt of a net"
                )
            close = get_close_matches(entry.name, _FIELDS, n=1)
            raise file.error(entry, "a net has no such field" + (f"; did you mean {close[0]}?" if close else ""))
    for field in ("name", "state"):
        if len(file.entries(field)) > 1:
            raise file.error(file.entries(field)[1], "is given twice; keep one")


def _layer_blocks(file: _File) -> list[LayerBlock]:
    entries = file.entries("layer", "layers")
    if not entries:
        raise NetError(f"{file.source}: holds no layer; give the deploy prototxt of a net")
    for entry in entries:
        if not isinstance(entry.value, Block):
            raise file.error(entry, "must be a block")
        if entry.name != entries[0].name:
            raise file.error(entry, "layer and layers, the older format, must not be in one file; keep one of them")
    states = [file.read(entry, net_state) for entry in file.entries("state")]
    state = states[0] if states else NetState()
    blocks = [
        LayerBlock(Block(entry.value.entries, entry.line), file.source, is_v1=entry.name == "layers")
        for entry in entries
        if isinstance(entry.value, Block)
    ]
    return [block for block in blocks if is_part_of_net(block, state)]


def _input_fields(file: _File) -> dict[str, Shape]:
    """Each ``input`` with its ``input_shape``, or with four values of ``input_dim``."""
    names, entries = file.strings("input"), file.entries("input")
    shapes = [file.read(entry, shape_value) for entry in file.entries("input_shape")]
    dims = [file.read(entry, whole_value) for entry in file.entries("input_dim")]
    if shapes and dims:
        raise file.error(file.entries("input_dim")[0], "is given as well as input_shape; keep one of them")
    if dims:
        if len(dims) != 4 * len(names):
            wanted = 4 * len(names)
            raise file.error(
                file.entries("input_dim")[-1], f"there are {len(dims)}, but {len(names)} input need {wanted}"
            )
        shapes = [tuple(dims[start : start + 4]) for start in range(0, len(dims), 4)]
    if len(shapes) != len(names):
        place = (entries or file.entries("input_shape"))[-1]
        raise file.error(place, f"there are {len(names)} input and {len(shapes)} shapes; give each input its input_dim")
    if len(set(names)) != len(names):
        raise file.error(entries[-1], "an input is given twice; keep one")
    return dict(zip(names, shapes, strict=True))


def data_layers(path: Path) -> tuple[DataLayer, ...]:
    """What each data layer of the file's TEST net says about its images; none for a deploy prototxt."""
    text = _text(path)
    if "Data" not in text and "DATA" not in text:  # the types of all data layers, in both formats
        return ()
    blocks = _layer_blocks(_File(parse_textformat(text, str(path)), str(path)))
    found = ((block, written_type(block)) for block in blocks)
    return tuple(data_layer_of(block, kind) for block, kind in found if kind in DATA_TYPES)
