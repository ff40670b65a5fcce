"""Static int8 quantisation by ONNX Runtime: QDQ nodes around each layer, with one scale per channel of its weights."""

import logging
import uuid
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from inspect import signature
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto

from clsbench.engines.onnx_file import loaded_onnx
from clsbench.engines.quantisation import CalibrationViews, Quantisation, excluded_nodes, input_of, with_names
from clsbench.errors import EngineError

log = logging.getLogger(__name__)

# Its two inputs and its output are the probabilities' logits. They are few numbers, so fp32 costs nothing here.
_STAYS_FP32 = ("Softmax",)


def quantise(
    source: Path, target: Path, views: CalibrationViews, quantisation: Quantisation, ranges: Path | None = None
) -> None:
    """Writes ``source`` with int8 weights, per channel, and uint8 activations, keeping its nodes' names.

    ``ranges`` is a JSON file for the measured ranges: written if it does not exist, otherwise read instead of
    ``views``. ONNX Runtime before 1.27 has no such file, and measures each time.
    Raises ConfigError if an excluded layer does not exist, EngineError if ONNX Runtime cannot quantise the network.
    """
    from onnxruntime import quantization as ort

    model = with_names(loaded_onnx("onnxruntime", source))
    stays = [node.name for node in model.graph.node if node.op_type in _STAYS_FP32]
    stays += excluded_nodes(model.graph, quantisation)
    methods = {
        "minmax": ort.CalibrationMethod.MinMax,
        "entropy": ort.CalibrationMethod.Entropy,
        "percentile": ort.CalibrationMethod.Percentile,
    }
    kept = "calibration_cache_path"
    cache = {kept: ranges} if kept in signature(ort.quantize_static).parameters else {}
    draft = target.with_name(f".{target.name}.{uuid.uuid4().hex}")
    try:
        with redirect_stdout(StringIO()) as printed:
            ort.quantize_static(
                _unwarned(model),
                draft,
                _Reader(input_of(model), views),
                per_channel=True,
                weight_type=ort.QuantType.QInt8,
                activation_type=ort.QuantType.QUInt8,
                nodes_to_exclude=stays,
                calibrate_method=methods[quantisation.method],
                extra_options=_options(quantisation),
                **cache,
            )
        draft.replace(target)
    except Exception as error:  # ONNX Runtime's have no common base class
        raise EngineError(f"precision=int8: ONNX Runtime cannot quantise {source}: {error}") from error
    finally:
        draft.unlink(missing_ok=True)
    log.debug("onnxruntime.quantization: %s", printed.getvalue())


def quantiser_version(quantisation: Quantisation) -> str:  # noqa: ARG001 - it has every method
    """The version of ONNX Runtime."""
    import onnxruntime

    return str(onnxruntime.__version__)


def _options(quantisation: Quantisation) -> dict[str, Any]:
    # One view at a time: all activations of all views would not fit in memory. CalibMaxIntermediateOutputs, which is
    # meant for that, drops the ranges of all but the last views (onnxruntime 1.32, MinMaxCalibrater.collect_data).
    options: dict[str, Any] = {"CalibStridedMinMax": 1, "QDQKeepRemovableActivations": True}
    if quantisation.method == "percentile":
        options["CalibPercentile"] = quantisation.percentile
    return options


def _unwarned(model: ModelProto) -> ModelProto:
    """``model``, marked as prepared to avoid a warning: the exporter has already folded all that preparation would."""
    model.metadata_props.add(key="onnx.quant.pre_process", value="onnxruntime.quant")
    return model


@dataclass
class _Reader:
    """ONNX Runtime's CalibrationDataReader, which states how many views it has before it is asked for them."""

    input: str
    views: CalibrationViews
    left: int = 0
    iterator: Iterator[NDArray[np.float32]] = field(init=False)

    def __post_init__(self) -> None:
        self.iterator = iter(self.views)

    def __len__(self) -> int:
        return len(self.views)

    def set_range(self, start_index: int, end_index: int) -> None:
        self.left = end_index - start_index

    def get_next(self) -> dict[str, NDArray[np.float32]] | None:
        if not self.left:
            return None
        self.left -= 1
        return {self.input: np.ascontiguousarray(next(self.iterator))}
