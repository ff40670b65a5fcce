"""Facts about the classifier in an ONNX file; a file without an image classifier is refused."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from onnx import GraphProto, ModelProto, TensorProto, ValueInfoProto, shape_inference

from clsbench.errors import NetError
from clsbench.model.onnx_graph import OnnxFile, read_onnx_file, sides_of

_COLOURS = (1, 3)
# Nodes that pass scores on unchanged.
_HANDING_ON = ("Flatten", "Reshape", "Squeeze", "Identity", "Dropout", "Cast")


@dataclass(frozen=True)
class OnnxFacts:
    """A side that is None is free: the file accepts any."""

    batch: int | None
    channels: int
    height: int | None
    width: int | None
    output: str
    classes: int
    is_softmax: bool
    network_sha256: str  # of everything except the weights
    weight_files: tuple[Path, ...]  # the file itself, and those in which it stores weights


States: TypeAlias = tuple[tuple[int, int, int] | None, ...]
_read: dict[tuple[Path, str | None], tuple[States, OnnxFacts]] = {}


def read_onnx_facts(path: Path, output: str | None) -> OnnxFacts:
    """The facts; ``output`` names the scores if the file has several outputs.

    Raises NetError if it is not an ONNX file, or does not map one float (batch, channel, height, width) input to one
    float (batch, class) output. Checking a file takes a separate process, so the facts are kept as long as no file
    changes.
    """
    known = _read.get((path, output))
    if known and known[0] == _states(known[1].weight_files):
        return known[1]
    facts = _facts(path, output)
    _read[path, output] = _states(facts.weight_files), facts
    return facts


def _states(files: Iterable[Path]) -> States:
    """Inode, size and modification time of each; None for a file that does not exist."""
    found = (file.stat() if file.is_file() else None for file in files)
    return tuple(each and (each.st_ino, each.st_size, each.st_mtime_ns) for each in found)


def _facts(path: Path, output: str | None) -> OnnxFacts:
    file = read_onnx_file(path)
    graph = file.model.graph
    batch, channels, height, width = _input_sides(path, _only_input(path, graph))
    scores = _scores(path, graph, output)
    return OnnxFacts(
        batch=batch,
        channels=channels,
        height=height,
        width=width,
        output=scores.name,
        classes=_classes(path, file, scores),
        is_softmax=_is_softmax(graph, scores.name),
        network_sha256=hashlib.sha256(file.model.SerializeToString(deterministic=True)).hexdigest(),
        weight_files=(path, *file.external),
    )


def _only_input(path: Path, graph: GraphProto) -> ValueInfoProto:
    inputs: list[ValueInfoProto]
    weights = {tensor.name for tensor in graph.initializer}  # files of old IR versions also list them as inputs
    inputs = [value for value in graph.input if value.name not in weights]
    if len(inputs) != 1:
        raise NetError(f"{path}: it has {_named(inputs, 'input')}; a classifier has one, the image")
    _check_float(path, "input", inputs[0])
    return inputs[0]


def _input_sides(path: Path, value: ValueInfoProto) -> tuple[int | None, int, int | None, int | None]:
    sides = sides_of(value)
    if len(sides) != 4:
        raise NetError(
            f"{path}: input '{value.name}' has shape {_words(sides)}; images need (batch, channel, height, width)"
        )
    batch, channels, height, width = sides
    if channels not in _COLOURS and width in _COLOURS:
        raise NetError(
            f"{path}: input '{value.name}' has shape {_words(sides)}, channels last; export the network with channels "
            "first (tf2onnx: --inputs-as-nchw), or put a Transpose in front of it"
        )
    if channels is None:
        raise NetError(f"{path}: input '{value.name}' has shape {_words(sides)}; write its number of channels into it")
    return batch, channels, height, width


def _scores(path: Path, graph: GraphProto, output: str | None) -> ValueInfoProto:
    chosen: list[ValueInfoProto] = [value for value in graph.output if output in (None, value.name)]
    if len(chosen) != 1:
        missing = f"no output '{output}'" if output else "no single output"
        raise NetError(
            f"{path}: {missing}; it has {_named(graph.output, 'output')}: name the one with the scores with "
            "model.output=NAME, or onnx_output=NAME for agree's onnx=FILE"
        )
    (scores,) = chosen
    _check_float(path, "output", scores)
    return scores


def _classes(path: Path, file: OnnxFile, scores: ValueInfoProto) -> int:
    sides = sides_of(scores)
    if None in sides[1:]:
        sides = sides_of(_inferred(file.model, scores.name))
    if len(sides) < 2 or any(side != 1 for side in sides[2:]) or sides[1] is None:
        raise NetError(f"{path}: output '{scores.name}' has shape {_words(sides)}; a classifier gives (batch, class)")
    return sides[1]


def _inferred(model: ModelProto, output: str) -> ValueInfoProto:
    bare = ModelProto()
    bare.CopyFrom(model)
    for value in bare.graph.output:  # otherwise its own shape would be kept, including unknown sides
        value.type.tensor_type.ClearField("shape")
    found: ValueInfoProto
    (found,) = (value for value in shape_inference.infer_shapes(bare).graph.output if value.name == output)
    return found


def _is_softmax(graph: GraphProto, name: str) -> bool:
    makers = {made: node for node in graph.node for made in node.output}
    while (node := makers.get(name)) and node.op_type in _HANDING_ON:
        name = node.input[0]
    return node is not None and node.op_type == "Softmax"


def _check_float(path: Path, what: str, value: ValueInfoProto) -> None:
    kind = value.type.tensor_type.elem_type
    if kind != TensorProto.FLOAT:
        known = TensorProto.DataType.values()
        given = TensorProto.DataType.Name(kind).lower() if kind in known else f"of unknown type {kind}"
        given = given if kind else "no tensor"
        raise NetError(
            f"{path}: {what} '{value.name}' is {given}; float32 is needed: convert the network with float32 "
            "inputs and outputs"
        )


def _named(values: Iterable[ValueInfoProto], kind: str) -> str:
    names = [f"'{value.name}'" for value in values]
    return f"{len(names)} {kind}s: {', '.join(names)}" if names else f"no {kind}s"


def _words(sides: Sequence[int | None]) -> str:
    return f"({', '.join('?' if side is None else str(side) for side in sides)})"
