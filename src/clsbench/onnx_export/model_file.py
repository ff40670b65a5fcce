"""An ONNX file written tensor by tensor, without a second copy of the weights.

protobuf itself can only serialise a message that contains all weights at once. Here the few fields around them are
written by hand, in the wire format of onnx.proto: a field is a tag, a length and its bytes.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from onnx import GraphProto, ModelProto, TensorProto

from clsbench.caffe.whole_file import whole_file
from clsbench.caffe.wire_writer import field_head
from clsbench.errors import NetError
from clsbench.onnx_export.graph import Tensor

_MODEL_GRAPH, _GRAPH_INITIALIZER, _TENSOR_RAW_DATA = 7, 5, 9  # field numbers in onnx.proto
_LARGEST_FILE = 2**31 - 1  # bytes: the largest message that protobuf reads
_DATA_TYPES = {np.dtype(np.float32): TensorProto.FLOAT, np.dtype(np.int64): TensorProto.INT64}


def write_model(model: ModelProto, tensors: dict[str, Tensor], path: Path) -> None:
    """Writes ``model``, with ``tensors`` as its graph's initialisers, whole or not at all.

    Raises NetError if it would exceed 2 GiB or cannot be written, DiskError if there is no room for it.
    """
    around, graph = _parted(model)
    heads = [_tensor_head(name, values) for name, values in tensors.items()]
    body = len(graph) + sum(map(len, heads)) + sum(values.nbytes for values in tensors.values())
    prefix = around + field_head(_MODEL_GRAPH, body) + graph
    size = body + len(prefix) - len(graph)
    if size > _LARGEST_FILE:
        raise NetError(f"{path}: {size / 2**30:.2f} GiB of weights, but an ONNX file ends at 2 GiB; take a smaller net")
    try:
        with whole_file(path, size) as file:
            file.writelines(_pieces(prefix, heads, tensors))
    except OSError as error:
        raise NetError(f"{path}: cannot write the ONNX file: {error}") from error


def _pieces(prefix: bytes, heads: list[bytes], tensors: dict[str, Tensor]) -> Iterator[bytes | memoryview]:
    yield prefix
    for head, values in zip(heads, tensors.values(), strict=True):
        yield head
        # raw_data is little-endian on every machine
        yield np.ascontiguousarray(values, values.dtype.newbyteorder("<")).reshape(-1).view(np.uint8).data


def _parted(model: ModelProto) -> tuple[bytes, bytes]:
    """The bytes of the model's other fields, and those of its graph."""
    around = ModelProto()
    around.CopyFrom(model)
    around.ClearField("graph")
    graph: GraphProto = model.graph
    return around.SerializeToString(deterministic=True), graph.SerializeToString(deterministic=True)


def _tensor_head(name: str, values: Tensor) -> bytes:
    """The initialiser without its numbers, which follow it in the file."""
    tensor = TensorProto(name=name, dims=values.shape, data_type=_DATA_TYPES[values.dtype])
    head: bytes = tensor.SerializeToString(deterministic=True) + field_head(_TENSOR_RAW_DATA, values.nbytes)
    return field_head(_GRAPH_INITIALIZER, len(head) + values.nbytes) + head
