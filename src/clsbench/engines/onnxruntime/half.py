"""An ONNX file with weights and activations in float16; its inputs and outputs stay float32."""

import warnings
from pathlib import Path

import onnx

from clsbench.engines.onnx_file import loaded_onnx
from clsbench.errors import EngineError


def write_half(source: Path, target: Path) -> None:
    """Writes ``source`` in float16, keeping its layers' names; numbers beyond float16 become its largest ones.

    Raises EngineError if ONNX Runtime cannot convert it.
    """
    from onnxruntime.transformers.float16 import convert_float_to_float16
    from onnxruntime.transformers.onnx_model import OnnxModel

    model = loaded_onnx("onnxruntime", source)
    try:
        with warnings.catch_warnings():  # one for every weight that float16 rounds to zero
            warnings.simplefilter("ignore")
            half = convert_float_to_float16(model, keep_io_types=True)
        OnnxModel(half).topological_sort()  # it appends the casts of the inputs at the end
    except Exception as error:  # ONNX Runtime's have no common base class
        raise EngineError(f"precision=fp16: ONNX Runtime cannot convert {source}: {error}") from error
    onnx.save(half, target)
