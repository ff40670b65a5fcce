"""The default engine: ONNX Runtime, with one session that several threads use at once."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clsbench.engines.batch import cpu_batch
from clsbench.engines.cores import available_cores
from clsbench.engines.cpu_features import precision_note
from clsbench.engines.device import parse_device
from clsbench.engines.engine import Description, Network
from clsbench.engines.fitting_batch import FittingBatch
from clsbench.engines.onnx_file import check_is_quantised
from clsbench.engines.onnxruntime.pixels import OnnxPixelTaker
from clsbench.engines.onnxruntime.predictor import OnnxPredictor
from clsbench.engines.onnxruntime.profile import node_times
from clsbench.engines.onnxruntime.providers import CPU, Choice, check_provider, check_tf32, chosen, wish_list
from clsbench.engines.settings import check_counts, check_precision
from clsbench.engines.timed import LayerTime
from clsbench.errors import EngineError, MissingEngineError

log = logging.getLogger(__name__)

_CUDA_BATCH = 32  # a GPU needs many views at once to be busy
_PROFILE_WARMUP = 3


@dataclass
class OnnxRuntime:
    """Settings of ONNX Runtime; null means the engine's own choice."""

    device: str
    precision: str
    threads: int | None  # total; null = every core that the process may use
    streams: int | None  # calls at once, which share the threads; null = one call per thread on the CPU, 1 on a GPU
    batch_size: int | None
    provider: str  # auto | cpu | cuda | tensorrt; auto follows the device

    def __post_init__(self) -> None:
        check_provider(self.provider, self.device)
        check_precision("onnxruntime", self.precision, ["fp32", "tf32", "int8"])
        counts = {"engine.threads": self.threads, "engine.streams": self.streams, "batch_size": self.batch_size}
        check_counts(counts)
        if self.precision == "tf32" and not parse_device(self.device).may_be_cuda:
            check_tf32(CPU)

    def identity(self) -> Mapping[str, str]:
        """The runtime's version, and the device that is tried first."""
        onnxruntime = _onnxruntime()
        return {"onnxruntime": onnxruntime.__version__, "device": self._chosen(onnxruntime).device}

    def _chosen(self, onnxruntime: Any) -> Choice:
        choice = chosen(onnxruntime, self.provider, self.device)
        if self.precision == "tf32":
            check_tf32(choice)
        return choice

    @contextmanager
    def open(self, network: Network) -> Iterator[OnnxPredictor]:
        """Opens the network in a session; runs still in progress are ended on leaving."""
        with self._opened(network, None) as predictor:
            yield predictor

    @contextmanager
    def _opened(self, network: Network, profile: Path | None) -> Iterator[OnnxPredictor]:
        onnxruntime = _onnxruntime()
        choice = self._chosen(onnxruntime)
        predictor = self._predictor(onnxruntime, network, choice, profile)
        log.info("engine=onnxruntime: %s", predictor.description)
        if note := predictor.description.precision_note:
            log.warning("engine=onnxruntime precision=%s: %s", self.precision, note)
        try:
            yield predictor
        finally:
            predictor.stop()

    def profile(self, network: Network, views: NDArray[np.float32], iterations: int) -> Sequence[LayerTime]:
        """Mean milliseconds of every node, from the runtime's own profile of ``iterations`` runs."""
        with TemporaryDirectory(prefix="clsbench-") as folder:
            with self._opened(network, Path(folder, "profile")) as predictor:
                for _ in range(_PROFILE_WARMUP + iterations):
                    predictor(views)
                written = Path(predictor.session.end_profiling())
            return node_times(written, _PROFILE_WARMUP)

    def _predictor(self, onnxruntime: Any, network: Network, choice: Choice, profile: Path | None) -> OnnxPredictor:
        threads = self.threads or available_cores()
        streams = self.streams or (threads if choice.name == "cpu" else 1)
        wish = wish_list(onnxruntime, choice, tf32=self.precision == "tf32")
        if self.precision == "int8":
            check_is_quantised("onnxruntime", network.onnx())
        opened = partial(_session, onnxruntime, wish=wish, threads=max(1, threads // streams), profile=profile)
        session = opened(network.onnx())
        if not choice.is_used_by(session):
            if self.precision == "tf32":
                check_tf32(CPU)
            log.warning("device=auto: ONNX Runtime could not use a GPU; running on the CPU")
            return self._predictor(onnxruntime, network, CPU, profile)
        description = Description(
            engine="onnxruntime",
            versions={"onnxruntime": onnxruntime.__version__, "numpy": np.__version__},
            device=choice.device,
            threads=max(threads, streams),
            streams=streams,
            batch_size=self.batch_size or (cpu_batch(network) if choice.name == "cpu" else _CUDA_BATCH),
            precision=self.precision,
            provider=choice.name,
            precision_note=self._precision_note(choice),
        )
        kind = OnnxPixelTaker if choice.name == "cuda" else OnnxPredictor
        return kind(
            session=session,
            run_options=onnxruntime.RunOptions(),
            errors=_errors(onnxruntime),
            input=session.get_inputs()[0].name,
            network=network,
            fitting=FittingBatch(description),
            opened=opened,
        )

    def _precision_note(self, choice: Choice) -> str:
        if choice.name == "cuda" and self.precision == "int8":
            return (
                "ONNX Runtime's CUDA provider computes int8 networks in fp32: no faster; engine.provider=tensorrt does"
            )
        return precision_note(self.precision) if choice.name == "cpu" else ""


def _onnxruntime() -> Any:
    try:
        import onnxruntime
    except ImportError as error:
        raise MissingEngineError("engine=onnxruntime: not installed here; pip install onnxruntime") from error
    return onnxruntime


def _session(onnxruntime: Any, file: Path | bytes, wish: Sequence[Any], threads: int, profile: Path | None) -> Any:
    options = onnxruntime.SessionOptions()
    if profile is not None:
        options.enable_profiling, options.profile_file_prefix = True, str(profile)
    # Both are set because ONNX Runtime's own choice counts the machine's cores, not those of the cgroup.
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3  # errors only; its warnings do not help when evaluating a network
    try:
        session = onnxruntime.InferenceSession(file if isinstance(file, bytes) else str(file), options, providers=wish)
    except _errors(onnxruntime) as error:
        name = "the network of pixels" if isinstance(file, bytes) else file
        raise EngineError(f"engine=onnxruntime: {name} cannot be opened: {error}") from error
    session.disable_fallback()  # otherwise a run that fails on the GPU is silently repeated on the CPU
    return session


def _errors(onnxruntime: Any) -> tuple[type[Exception], ...]:
    # ONNX Runtime's exceptions have no common base class.
    state = onnxruntime.capi.onnxruntime_pybind11_state
    own = [kind for kind in vars(state).values() if isinstance(kind, type) and issubclass(kind, Exception)]
    return (*own, RuntimeError, ValueError)
