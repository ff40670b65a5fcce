"""An ONNX file written tensor by tensor, so that no second copy of the weights is made.

protobuf itself can only serialise a message that holds all weights at once; here the few fields around them are written
by hand, in the wire format of onnx.proto: a field is a tag, a length and its bytes.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from onnx import GraphProto, ModelProto, TensorProto

from clsbench.errors import NetError
from clsbench.onnx_export.graph import Tensor

_MODEL_GRAPH, _GRAPH_INITIALIZER, _TENSOR_RAW_DATA = 7, 5, 9  # field numbers in onnx.proto
_LENGTH_DELIMITED = 2
_LARGEST_FILE = 2**31 - 1  # bytes: what protobuf reads as one message
_DATA_TYPES = {np.dtype(np.float32): TensorProto.FLOAT, np.dtype(np.int64): TensorProto.INT64}


def write_model(model: ModelProto, tensors: dict[str, Tensor], path: Path) -> None:
    """Writes ``model``, its graph's initialisers being ``tensors``, whole or not at all.

    Raises NetError where it would exceed 2 GiB or cannot be written.
    """
    around, graph = _parted(model)
    heads = [_tensor_head(name, values) for name, values in tensors.items()]
    body = len(graph) + sum(map(len, heads)) + sum(values.nbytes for values in tensors.values())
    prefix = around + _field_head(_MODEL_GRAPH, body) + graph
    size = body + len(prefix) - len(graph)
    if size > _LARGEST_FILE:
        raise NetError(f"{path}: {size / 2**30:.2f} GiB of weights, but an ONNX file ends at 2 GiB; take a smaller net")
    try:
        _write_whole(path, _pieces(prefix, heads, tensors))
    except OSError as error:
        raise NetError(f"{path}: cannot write the ONNX file: {error}") from error


def _pieces(prefix: bytes, heads: list[bytes], tensors: dict[str, Tensor]) -> Iterator[bytes | memoryview]:
    yield prefix
    for head, values in zip(heads, tensors.values(), strict=True):
        yield head
        # raw_data is little-endian whatever the machine
        yield np.ascontiguousarray(values, values.dtype.newbyteorder("<")).reshape(-1).view(np.uint8).data


def _write_whole(path: Path, pieces: Iterator[bytes | memoryview]) -> None:
    # a folder, because a temporary file itself would keep its owner-only permissions
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{path.name}.") as folder:
        draft = Path(folder) / path.name
        with draft.open("wb") as file:
            file.writelines(pieces)
        draft.replace(path)


def _parted(model: ModelProto) -> tuple[bytes, bytes]:
    """The bytes of the model's other fields, and those of its graph."""
    around = ModelProto()
    around.CopyFrom(model)
    around.ClearField("graph")
    graph: GraphProto = model.graph
    return around.SerializeToString(deterministic=True), graph.SerializeToString(deterministic=True)


def _tensor_head(name: str, values: Tensor) -> bytes:
    """All of the initialiser but its numbers, which follow it in the file."""
    tensor = TensorProto(name=name, dims=values.shape, data_type=_DATA_TYPES[values.dtype])
    head: bytes = tensor.SerializeToString(deterministic=True) + _field_head(_TENSOR_RAW_DATA, values.nbytes)
    return _field_head(_GRAPH_INITIALIZER, len(head) + values.nbytes) + head


def _field_head(number: int, length: int) -> bytes:
    return _varint(number << 3 | _LENGTH_DELIMITED) + _varint(length)


def _varint(value: int) -> bytes:
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)
