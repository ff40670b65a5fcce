"""OpenVINO on the CPU: one compiled network, and one infer request for each concurrent call."""

import logging
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from queue import SimpleQueue
from threading import Event
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from clsbench.engines.batch import cpu_batch
from clsbench.engines.calls import Calls
from clsbench.engines.cores import available_cores
from clsbench.engines.cpu_features import precision_note
from clsbench.engines.device import parse_device
from clsbench.engines.engine import Description, Network
from clsbench.engines.fitting_batch import FittingBatch, is_out_of_memory
from clsbench.engines.onnx_file import check_is_quantised, loaded_onnx
from clsbench.engines.openvino.profile import counters, in_int8, node_times, nodes_of, origins_of
from clsbench.engines.scores import scores_of
from clsbench.engines.settings import check_counts, check_precision
from clsbench.engines.timed import LayerTime
from clsbench.errors import EngineError, MissingEngineError

log = logging.getLogger(__name__)

# Maps our name to OpenVINO's, for networks that are not quantised.
_PRECISIONS = {"fp32": "f32", "bf16": "bf16", "int8": "f32"}
_STOP_SECONDS = 0.8
_PROFILE_WARMUP = 3


@dataclass
class OpenVino:
    """Settings of OpenVINO; null means the engine's own choice."""

    device: str
    precision: str
    threads: int | None  # total; null = every core that the process may use
    streams: int | None  # calls at once, which share the threads; null = one call per thread
    batch_size: int | None

    def __post_init__(self) -> None:
        if parse_device(self.device).must_be_cuda:
            raise EngineError(
                f"engine=openvino device={self.device}: OpenVINO has no CUDA; use device=cpu, or another engine"
            )
        check_precision("openvino", self.precision, list(_PRECISIONS))
        counts = {"engine.threads": self.threads, "engine.streams": self.streams, "batch_size": self.batch_size}
        check_counts(counts)

    def identity(self) -> Mapping[str, str]:
        """The runtime's version."""
        return {"openvino": _openvino().__version__, "device": "cpu"}

    @contextmanager
    def open(self, network: Network) -> Iterator["OpenVinoPredictor"]:
        """Compiles the network; calls still in progress are ended on leaving."""
        with self._opened(network, {}) as predictor:
            yield predictor

    def profile(self, network: Network, views: NDArray[np.float32], iterations: int) -> Sequence[LayerTime]:
        """Mean milliseconds of every node, from the runtime's own counters of ``iterations`` calls."""
        runs = []
        with replace(self, streams=1)._opened(network, {"PERF_COUNT": True}) as predictor:
            for _ in range(_PROFILE_WARMUP):
                predictor(views)
            for _ in range(iterations):
                predictor(views)
                runs.append(counters(predictor.requests[0].profiling_info))
            origins = origins_of(predictor.compiled.get_runtime_model())
        return node_times(runs, origins, nodes_of(loaded_onnx("openvino", network.onnx()).graph))

    @contextmanager
    def _opened(self, network: Network, more: Mapping[str, Any]) -> Iterator["OpenVinoPredictor"]:
        predictor = self._predictor(_openvino(), network, more)
        log.info("engine=openvino: %s", predictor.description)
        if note := predictor.description.precision_note:
            log.warning("engine=openvino precision=%s: %s", self.precision, note)
        try:
            yield predictor
        finally:
            predictor.stop()

    def _predictor(self, openvino: Any, network: Network, more: Mapping[str, Any]) -> "OpenVinoPredictor":
        if self.precision == "int8":
            check_is_quantised("openvino", network.onnx())
        compiled = _compiled(openvino, network.onnx(), {**self._properties(), **more})
        description = Description(
            engine="openvino",
            versions={"openvino": openvino.__version__, "numpy": np.__version__},
            device="cpu",
            threads=compiled.get_property("INFERENCE_NUM_THREADS"),
            streams=compiled.get_property("NUM_STREAMS"),
            batch_size=self.batch_size or cpu_batch(network),
            precision=self._checked_precision(compiled),
            precision_note=self._precision_note(compiled),
        )
        requests = [compiled.create_infer_request() for _ in range(description.streams)]
        return OpenVinoPredictor(FittingBatch(description), network, compiled, requests, _pool(requests))

    def _properties(self) -> Mapping[str, Any]:
        streams = self.streams or self.threads or available_cores()
        return {
            "INFERENCE_PRECISION_HINT": _PRECISIONS[self.precision],
            # OpenVINO's own choice is for the whole machine; it uses fewer threads than these if there are fewer cores
            "INFERENCE_NUM_THREADS": max(self.threads or available_cores(), streams),
            "NUM_STREAMS": streams,
            "ENABLE_CPU_PINNING": False,  # otherwise several processes would be pinned to the same first cores
        }

    def _precision_note(self, compiled: Any) -> str:
        if self.precision != "int8":
            return ""
        share = in_int8(compiled.get_runtime_model())
        told = [f"OpenVINO runs {share[0]} of {share[1]} layers with weights in int8"] if share[0] < share[1] else []
        return "; ".join(note for note in (precision_note(self.precision), *told) if note)

    def _checked_precision(self, compiled: Any) -> str:
        """What the compiled network really computes in; raises EngineError if that is not what was requested."""
        # On a CPU with bfloat16, OpenVINO's default is bf16, and f16 becomes bf16 as well.
        used = compiled.get_property("INFERENCE_PRECISION_HINT").get_type_name()
        if used != _PRECISIONS[self.precision]:
            raise EngineError(
                f"engine=openvino precision={self.precision}: OpenVINO would compute in {used} on this CPU; "
                "use precision=fp32"
            )
        return self.precision


@dataclass(frozen=True)
class OpenVinoPredictor:
    """A compiled network; a call takes any free request, because two calls on one request would wait forever."""

    fitting: FittingBatch
    network: Network
    compiled: Any
    requests: list[Any]
    free: "SimpleQueue[Any]"
    stopped: Event = field(default_factory=Event)
    calls: Calls = field(default_factory=Calls)

    @property
    def description(self) -> Description:
        """What is actually used."""
        return self.fitting.description

    def __call__(self, views: NDArray[np.float32], /) -> NDArray[np.float32]:
        """Scores (batch, class); if a batch does not fit in memory, it and all later ones are run in parts."""
        return self.fitting.scores(views, self._scores_unless_out_of_memory)

    def _scores_unless_out_of_memory(self, views: NDArray[np.float32]) -> NDArray[np.float32] | None:
        request = self.free.get()
        try:
            with self.calls.counted():
                self._infer(request, np.ascontiguousarray(views, np.float32))
            return scores_of("openvino", request.get_tensor(self.network.output).data, len(views), self.network)
        except RuntimeError as error:  # OpenVINO's, which has no class of its own
            if not is_out_of_memory(error):
                message = f"engine=openvino: a batch of shape {views.shape} failed: {_one_line(error)}"
                raise EngineError(message) from error
            request = self._in_place_of(request)
            return None
        finally:
            self.free.put(request)

    def _in_place_of(self, request: Any) -> Any:
        # A request that ran out of memory keeps what it got, and fails again with any batch.
        fresh = self.compiled.create_infer_request()
        self.requests[self.requests.index(request)] = fresh
        return fresh

    def stop(self) -> None:
        """Makes running calls fail at their next layer, and waits as long as a layer may take."""
        self.stopped.set()
        for request in self.requests:
            request.cancel()
        if not self.calls.wait_for_none(_STOP_SECONDS):
            log.warning(
                "engine=openvino: a forward pass is still running %.1f seconds after it was told to stop", _STOP_SECONDS
            )

    def _infer(self, request: Any, views: NDArray[np.float32]) -> None:
        # infer() cannot be cancelled.
        request.start_async([views], share_inputs=True)
        if self.stopped.is_set():
            request.cancel()
        request.wait()


def _openvino() -> Any:
    # `import openvino` reports to its makers' analytics server; without this module it uses a stub instead.
    sys.modules.setdefault("openvino_telemetry", cast(Any, None))
    try:
        import openvino
    except ImportError as error:
        raise MissingEngineError("engine=openvino: not installed here; pip install 'clsbench[openvino]'") from error
    return openvino


def _compiled(openvino: Any, path: Path, properties: Mapping[str, Any]) -> Any:
    core = openvino.Core()
    try:
        return core.compile_model(core.read_model(path), "CPU", properties)
    except RuntimeError as error:
        raise EngineError(f"engine=openvino: {path} cannot be opened: {_one_line(error)}") from error


def _pool(requests: list[Any]) -> "SimpleQueue[Any]":
    pool: SimpleQueue[Any] = SimpleQueue()
    for request in requests:
        pool.put(request)
    return pool


def _one_line(error: RuntimeError) -> str:
    """OpenVINO's message without the lines that name its source files."""
    lines = [line.strip() for line in str(error).splitlines()]
    return " ".join(line for line in lines if line and not line.startswith("Exception from "))
