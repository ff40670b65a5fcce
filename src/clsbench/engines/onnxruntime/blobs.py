"""Computes every blob of an ONNX file for some views: what its nodes write, one after the other."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto

from clsbench.errors import EngineError

_LARGEST_BYTES = 2**31 - 1
_AT_ONCE = 16  # blobs per run: all blobs of a large network would not fit in memory
_READABLE = (TensorProto.UNDEFINED, TensorProto.FLOAT, TensorProto.FLOAT16, TensorProto.DOUBLE)


@dataclass(frozen=True)
class Blob:
    """The ``values`` (batch, …) that ``node``, of type ``op``, writes."""

    name: str
    node: str
    op: str
    values: NDArray[np.float32]


def blobs(path: Path, views: NDArray[np.float32]) -> Iterator[Blob]:
    """Each float blob, in node order, for views (batch, channel, height, width).

    Nodes run as written, without optimisation. Raises EngineError if ONNX Runtime refuses the file.
    """
    model = onnx.load(path)
    nodes = {name: node for node in model.graph.node for name in node.output if name}
    types = _types(path)
    names = [name for name in nodes if types.get(name, TensorProto.UNDEFINED) in _READABLE]
    del model.graph.output[:]
    model.graph.output.extend(onnx.ValueInfoProto(name=name) for name in names)
    with TemporaryDirectory(prefix="clsbench-") as folder:
        session = _session(model, Path(folder, "blobs.onnx"), path)
        for at in range(0, len(names), _AT_ONCE):
            for name, values in _run(session, names[at : at + _AT_ONCE], views, path):
                yield Blob(name, nodes[name].name, nodes[name].op_type, values)


def _types(path: Path) -> dict[str, int]:
    """The element type of each blob, where it is known: NumPy has no bfloat16."""
    bare = onnx.load(path, load_external_data=False)
    if bare.ByteSize() > _LARGEST_BYTES:
        return {}
    inferred = onnx.shape_inference.infer_shapes(bare).graph
    return {value.name: value.type.tensor_type.elem_type for value in (*inferred.value_info, *inferred.output)}


def _run(
    session: Any, names: Sequence[str], views: NDArray[np.float32], path: Path
) -> Iterator[tuple[str, NDArray[np.float32]]]:
    wanted = session.get_inputs()[0]
    kind = np.float16 if wanted.type == "tensor(float16)" else np.float32
    try:
        values = session.run(list(names), {wanted.name: np.ascontiguousarray(views, kind)})
    except Exception as error:  # ONNX Runtime's exceptions have no common base class
        raise EngineError(f"engine=onnxruntime: {path}: {str(error).strip()}") from error
    for name, value in zip(names, values, strict=True):
        if isinstance(value, np.ndarray) and value.dtype.kind == "f":
            yield name, value.astype(np.float32)


def _session(model: Any, file: Path, path: Path) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.log_severity_level = 3
    onnx.save(model, file, save_as_external_data=model.ByteSize() > _LARGEST_BYTES)
    try:
        return onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
    except Exception as error:
        raise EngineError(f"engine=onnxruntime: {path} cannot be opened: {str(error).strip()}") from error
