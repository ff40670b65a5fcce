"""The default engine: ONNX Runtime, one session that several threads run at once."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clsbench.engines.batch import cpu_batch
from clsbench.engines.calls import Calls
from clsbench.engines.cores import available_cores
from clsbench.engines.device import Device, parse_device
from clsbench.engines.engine import Description, Network
from clsbench.engines.onnxruntime_profile import node_times
from clsbench.engines.scores import scores_of
from clsbench.engines.settings import check_counts, check_precision
from clsbench.engines.timed import LayerTime
from clsbench.errors import EngineError, MissingEngineError

log = logging.getLogger(__name__)

_CUDA, _CPU = "CUDAExecutionProvider", "CPUExecutionProvider"
_CUDA_BATCH = 32  # a GPU needs many views at once to be busy
_STOP_SECONDS = 0.8
_PROFILE_WARMUP = 3


@dataclass
class OnnxRuntime:
    """ONNX Runtime's settings; null means the engine's own choice."""

    device: str
    precision: str
    threads: int | None  # in all; null = every core that the process may use
    streams: int | None  # calls at once, which share the threads; null = a call a thread on the CPU, 1 on a GPU
    batch_size: int | None

    def __post_init__(self) -> None:
        parse_device(self.device)
        check_precision("onnxruntime", self.precision, ["fp32"])
        counts = {"engine.threads": self.threads, "engine.streams": self.streams, "batch_size": self.batch_size}
        check_counts(counts)

    @contextmanager
    def open(self, network: Network) -> Iterator["OnnxPredictor"]:
        """The network in a session; runs that still go on are ended on leaving."""
        with self._opened(network, None) as predictor:
            yield predictor

    @contextmanager
    def _opened(self, network: Network, profile: Path | None) -> Iterator["OnnxPredictor"]:
        onnxruntime = _onnxruntime()
        device = parse_device(self.device)
        _check_cuda_build(onnxruntime, device)
        predictor = self._predictor(onnxruntime, network, device, profile)
        log.info("engine=onnxruntime: %s", predictor.description)
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

    def _predictor(self, onnxruntime: Any, network: Network, device: Device, profile: Path | None) -> "OnnxPredictor":
        threads = self.threads or available_cores()
        cuda = device.may_be_cuda and _CUDA in onnxruntime.get_available_providers()
        streams = self.streams or (1 if cuda else threads)
        wish = _cuda_providers(onnxruntime, device.index) if cuda else [_CPU]
        session = _session(onnxruntime, network.onnx(), wish, max(1, threads // streams), profile)
        if cuda and _CUDA not in session.get_providers():  # ONNX Runtime falls back without raising
            if device.must_be_cuda:
                raise EngineError(
                    f"device={self.device}: ONNX Runtime could not use the GPU and fell back to the CPU; its message "
                    "says why: check nvidia-smi; pip install 'onnxruntime-gpu[cuda,cudnn]' brings the CUDA libraries"
                )
            log.warning("device=auto: ONNX Runtime could not use a GPU; running on the CPU")
            return self._predictor(onnxruntime, network, Device("cpu"), profile)
        return OnnxPredictor(
            session=session,
            run_options=onnxruntime.RunOptions(),
            errors=_errors(onnxruntime),
            input=session.get_inputs()[0].name,
            network=network,
            description=Description(
                engine="onnxruntime",
                versions={"onnxruntime": onnxruntime.__version__, "numpy": np.__version__},
                device=f"cuda:{device.index}" if cuda else "cpu",
                threads=max(threads, streams),
                streams=streams,
                batch_size=self.batch_size or (_CUDA_BATCH if cuda else cpu_batch(network)),
                precision=self.precision,
            ),
        )


@dataclass(frozen=True)
class OnnxPredictor:
    """An open session; its runs share the weights and one memory arena."""

    session: Any
    run_options: Any
    errors: tuple[type[Exception], ...]
    input: str
    network: Network
    description: Description
    calls: Calls = field(default_factory=Calls)

    def __call__(self, views: NDArray[np.float32], /) -> NDArray[np.float32]:
        """Scores (batch, class)."""
        feed = {self.input: np.ascontiguousarray(views, np.float32)}
        try:
            with self.calls.counted():
                (scores,) = self.session.run([self.network.output], feed, self.run_options)
        except self.errors as error:
            raise EngineError(f"engine=onnxruntime: a batch of shape {views.shape} failed: {error}") from error
        return scores_of("onnxruntime", scores, len(views), self.network)

    def stop(self) -> None:
        """Makes the runs that still go on fail at their next node, and waits for that as long as a node may take."""
        self.run_options.terminate = True
        # A thread that is still in ONNX Runtime's code when Python exits aborts the process.
        if not self.calls.wait_for_none(_STOP_SECONDS):
            log.warning("engine=onnxruntime: a forward still runs %.1f seconds after it was told to end", _STOP_SECONDS)


def _onnxruntime() -> Any:
    try:
        import onnxruntime
    except ImportError as error:
        raise MissingEngineError("engine=onnxruntime: not installed here; pip install onnxruntime") from error
    return onnxruntime


def _check_cuda_build(onnxruntime: Any, device: Device) -> None:
    if device.must_be_cuda and _CUDA not in onnxruntime.get_available_providers():
        raise EngineError(
            f"device=cuda: the installed ONNX Runtime {onnxruntime.__version__} is a CPU build; "
            "pip uninstall onnxruntime, then pip install 'onnxruntime-gpu[cuda,cudnn]' (for an NVIDIA GPU), "
            "or use device=cpu"
        )


def _cuda_providers(onnxruntime: Any, index: int) -> Sequence[str | tuple[str, Mapping[str, str]]]:
    if hasattr(
        onnxruntime, "preload_dlls"
    ):  # finds the CUDA libraries that pip installed; prints those it does not find
        with redirect_stdout(StringIO()) as printed:
            onnxruntime.preload_dlls()
        log.debug("onnxruntime.preload_dlls: %s", printed.getvalue())
    # TF32 keeps 10 bits of the mantissa, and is on by default: that is not fp32.
    return [(_CUDA, {"device_id": str(index), "use_tf32": "0"}), _CPU]


def _session(onnxruntime: Any, path: Path, providers: Sequence[Any], threads: int, profile: Path | None) -> Any:
    options = onnxruntime.SessionOptions()
    if profile is not None:
        options.enable_profiling, options.profile_file_prefix = True, str(profile)
    # Both are set because ONNX Runtime's own choice counts the machine's cores, not the cgroup's.
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3  # errors; its warnings are of no use to who evaluates a network
    try:
        session = onnxruntime.InferenceSession(str(path), options, providers=providers)
    except _errors(onnxruntime) as error:
        raise EngineError(f"engine=onnxruntime: {path} cannot be opened: {error}") from error
    session.disable_fallback()  # else a run that fails on the GPU is repeated on the CPU without a word
    return session


def _errors(onnxruntime: Any) -> tuple[type[Exception], ...]:
    # ONNX Runtime's exceptions have no base class of their own.
    state = onnxruntime.capi.onnxruntime_pybind11_state
    own = [kind for kind in vars(state).values() if isinstance(kind, type) and issubclass(kind, Exception)]
    return (*own, RuntimeError, ValueError)
