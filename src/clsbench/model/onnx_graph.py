"""An ONNX file as a checked graph, with the weights' values left out of memory."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import onnx
from onnx import ModelProto, TensorProto, ValueInfoProto

from clsbench.errors import NetError
from clsbench.model.onnx_fault import fault_of

_VALUES = ("raw_data", "float_data", "double_data", "int32_data", "external_data", "data_location")


@dataclass(frozen=True)
class OnnxFile:
    """``model`` has no values in its floating-point tensors; ``external`` are the files that contain some of them."""

    model: ModelProto
    external: tuple[Path, ...]


def read_onnx_file(path: Path) -> OnnxFile:
    """The file; raises NetError if it, or its external weights, are missing, damaged, or against the standard."""
    if not path.is_file():
        raise NetError(f"{path}: there is no such ONNX file")
    if fault := fault_of(path):
        raise NetError(
            f"{path}: this is not a valid ONNX file ({fault}); export it again, or copy it again with the files "
            "beside it"
        )
    model = onnx.load(path, load_external_data=False)
    external = tuple(dict.fromkeys(_external(model, path.parent)))
    for tensor in _tensors(model):
        if tensor.data_type not in (TensorProto.INT64, TensorProto.INT32):  # these may be shapes
            for name in _VALUES:
                tensor.ClearField(name)
    return OnnxFile(model, external)


def sides_of(value: ValueInfoProto) -> tuple[int | None, ...]:
    """The sides of a tensor, None for one that is free or unknown."""
    return tuple(side.dim_value if side.dim_value > 0 else None for side in value.type.tensor_type.shape.dim)


def _tensors(model: ModelProto) -> Iterator[TensorProto]:
    yield from model.graph.initializer
    for node in model.graph.node:
        yield from (attribute.t for attribute in node.attribute if attribute.HasField("t"))


def _external(model: ModelProto, folder: Path) -> Iterator[Path]:
    for tensor in _tensors(model):
        if tensor.data_location == TensorProto.EXTERNAL:
            yield from (folder / entry.value for entry in tensor.external_data if entry.key == "location")
