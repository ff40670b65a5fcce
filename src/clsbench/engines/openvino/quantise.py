"""Static int8 quantisation of the ONNX file by NNCF, OpenVINO's tool: QDQ nodes where OpenVINO computes in int8."""

import logging
import sys
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any, cast

import numpy as np
import onnx
from numpy.typing import NDArray

from clsbench.caffe.whole_file import whole_file
from clsbench.engines.onnx_file import loaded_onnx
from clsbench.engines.quantisation import CalibrationViews, Quantisation, excluded_nodes, input_of, with_names
from clsbench.errors import ConfigError, EngineError, MissingEngineError

log = logging.getLogger(__name__)


def nncf_version(quantisation: Quantisation) -> str:
    """The version of NNCF. Raises MissingEngineError if it is not installed, ConfigError for a method it lacks."""
    if quantisation.method != "minmax":
        raise ConfigError(
            f"calibration.method={quantisation.method} quantisation.tool=nncf: NNCF supports only minmax, for "
            "activations averaged over the images; set quantisation.tool=onnxruntime"
        )
    return str(_nncf().__version__)


def quantise(source: Path, target: Path, views: CalibrationViews, quantisation: Quantisation) -> None:
    """Writes ``source`` with int8 weights, per channel, keeping its nodes' names.

    Raises ConfigError if an excluded layer does not exist, EngineError if NNCF cannot quantise the network.
    """
    nncf = _nncf()
    model = with_names(loaded_onnx("openvino", source))
    stays = excluded_nodes(model.graph, quantisation)
    nncf.set_log_level(logging.ERROR)
    try:
        with redirect_stdout(StringIO()), redirect_stderr(StringIO()):  # its progress bars
            quantised = nncf.quantize(
                model,
                nncf.Dataset(_Inputs(input_of(model), views)),
                subset_size=len(views),
                target_device=nncf.TargetDevice.CPU,
                ignored_scope=nncf.IgnoredScope(names=stays) if stays else None,
            )
    except Exception as error:  # those of NNCF and what it calls have no common base class
        raise EngineError(f"precision=int8: NNCF cannot quantise {source}: {error}") from error
    with whole_file(target) as file:
        onnx.save(quantised, file)


@dataclass(frozen=True)
class _Inputs:
    """The views, which NNCF iterates over more than once."""

    input: str
    views: CalibrationViews

    def __iter__(self) -> Iterator[dict[str, NDArray[np.float32]]]:
        for view in self.views:
            yield {self.input: np.ascontiguousarray(view)}

    def __len__(self) -> int:
        return len(self.views)


def _nncf() -> Any:
    # As in engine.py: neither reports to their makers' analytics server.
    sys.modules.setdefault("openvino_telemetry", cast(Any, None))
    try:
        import nncf
    except ImportError as error:
        raise MissingEngineError(
            "quantisation.tool=nncf, which engine=openvino precision=int8 uses: not installed here; pip install "
            "'clsbench[int8]', or set quantisation.tool=onnxruntime"
        ) from error
    return nncf
