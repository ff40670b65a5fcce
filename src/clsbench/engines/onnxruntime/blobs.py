"""Every blob of an ONNX file on some views: what its nodes write, one after the other."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray

from clsbench.errors import EngineError

_LARGEST_BYTES = 2**31 - 1
_AT_ONCE = 16  # blobs a run: all of a large network's would not fit in memory


def blobs(path: Path, views: NDArray[np.float32]) -> Iterator[tuple[str, NDArray[np.float32]]]:
    """The name and values of each float blob, in the order of the nodes, of views (batch, channel, height, width).

    Nodes run as they are written, without optimisation. Raises EngineError where ONNX Runtime refuses the file.
    """
    model = onnx.load(path)
    names = [name for node in model.graph.node for name in node.output if name]
    del model.graph.output[:]
    model.graph.output.extend(onnx.ValueInfoProto(name=name) for name in names)
    with TemporaryDirectory(prefix="clsbench-") as folder:
        session = _session(model, Path(folder, "blobs.onnx"), path)
        feed = {session.get_inputs()[0].name: np.ascontiguousarray(views, np.float32)}
        for at in range(0, len(names), _AT_ONCE):
            yield from _run(session, names[at : at + _AT_ONCE], feed, path)


def _run(
    session: Any, names: Sequence[str], feed: dict[str, NDArray[np.float32]], path: Path
) -> Iterator[tuple[str, NDArray[np.float32]]]:
    try:
        values = session.run(list(names), feed)
    except Exception as error:  # ONNX Runtime's exceptions have no base class of their own
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
