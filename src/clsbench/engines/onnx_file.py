"""An ONNX file in memory, for engines that look into it."""

from pathlib import Path

import onnx
from google.protobuf.message import DecodeError
from onnx import ModelProto

from clsbench.errors import EngineError


def loaded_onnx(engine: str, path: Path) -> ModelProto:
    """The file with its weights; raises EngineError where it is none."""
    try:
        return onnx.load(path)
    except (OSError, ValueError, DecodeError) as error:
        raise EngineError(f"engine={engine}: {path} cannot be opened: {error}") from error
