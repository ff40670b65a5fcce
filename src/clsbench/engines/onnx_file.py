"""An ONNX file in memory, for engines that inspect it."""

from pathlib import Path

import onnx
from google.protobuf.message import DecodeError
from onnx import ModelProto

from clsbench.errors import EngineError


def loaded_onnx(engine: str, path: Path) -> ModelProto:
    """The file with its weights; raises EngineError if it is not an ONNX file."""
    try:
        return onnx.load(path)
    except (OSError, ValueError, DecodeError) as error:
        raise EngineError(f"engine={engine}: {path} cannot be opened: {error}") from error


def is_quantised(path: Path) -> bool:
    """Whether the file computes anything in whole numbers: nodes that quantise, or that read quantised values."""
    graph = onnx.load(path, load_external_data=False).graph
    return any(node.op_type == "DequantizeLinear" or node.op_type.startswith("QLinear") for node in graph.node)


def check_is_quantised(engine: str, path: Path) -> None:
    """Raises EngineError if the file is not quantised: it would run in fp32 but be called int8."""
    if not is_quantised(path):
        raise EngineError(
            f"engine={engine} precision=int8: {path} is not quantised; task=evaluate, time and export quantise a "
            "network, and model.onnx may name a file that is"
        )
