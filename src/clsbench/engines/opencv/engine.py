"""OpenCV's dnn module on the CPU: one thread and one copy of the network for each concurrent call."""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue
from threading import Event
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clsbench.engines.batch import cpu_batch
from clsbench.engines.calls import Calls
from clsbench.engines.cores import available_cores
from clsbench.engines.device import parse_device
from clsbench.engines.engine import Description, Network
from clsbench.engines.fitting_batch import FittingBatch, is_out_of_memory
from clsbench.engines.opencv.graph import for_opencv
from clsbench.engines.scores import scores_of
from clsbench.engines.settings import check_counts, check_precision
from clsbench.errors import EngineError, MissingEngineError

log = logging.getLogger(__name__)

_STOP_SECONDS = 0.8


@dataclass
class OpenCv:
    """Settings of OpenCV; null means the engine's own choice."""

    device: str
    precision: str
    threads: int | None  # concurrent calls, each with its own net; null = every core that the process may use
    batch_size: int | None

    def __post_init__(self) -> None:
        if parse_device(self.device).must_be_cuda:
            raise EngineError(
                f"engine=opencv device={self.device}: OpenCV's packages are built without CUDA; use device=cpu, "
                "or another engine"
            )
        check_precision("opencv", self.precision, ["fp32"])
        check_counts({"engine.threads": self.threads, "batch_size": self.batch_size})

    def identity(self) -> Mapping[str, str]:
        """OpenCV's version."""
        return {"opencv": _cv2().__version__, "device": "cpu"}

    @contextmanager
    def open(self, network: Network) -> Iterator["OpenCvPredictor"]:
        """Reads the network once for each thread; on leaving, waits a while for running forwards."""
        cv2 = _cv2()
        threads = self.threads or available_cores()
        description = Description(
            engine="opencv",
            versions={"opencv": cv2.__version__, "numpy": np.__version__},
            device="cpu",
            threads=threads,
            streams=threads,
            batch_size=self.batch_size or cpu_batch(network),
            precision=self.precision,
        )
        nets = _nets(cv2, network.onnx(), threads)
        predictor = OpenCvPredictor(FittingBatch(description), network, cv2.error, nets)
        log.info("engine=opencv: %s", description)
        with _one_thread_a_call(cv2):
            try:
                yield predictor
            finally:
                predictor.stop()


@dataclass(frozen=True)
class OpenCvPredictor:
    """Several nets; a call takes any free one, because a net keeps the blobs of its forward."""

    fitting: FittingBatch
    network: Network
    error: type[Exception]
    free: "SimpleQueue[Any]"
    stopped: Event = field(default_factory=Event)
    calls: Calls = field(default_factory=Calls)

    @property
    def description(self) -> Description:
        """What is actually used."""
        return self.fitting.description

    def __call__(self, views: NDArray[np.float32], /) -> NDArray[np.float32]:
        """Scores (batch, class); a batch larger than the description's is run in parts."""
        size = self.description.batch_size
        parts = [views[at : at + size] for at in range(0, len(views), size)]
        return np.concatenate([self.fitting.scores(part, self._scores_unless_out_of_memory) for part in parts])

    def stop(self) -> None:
        """Starts no further forward, and waits a while for running ones: they cannot be ended."""
        self.stopped.set()
        if not self.calls.wait_for_none(_STOP_SECONDS):
            log.warning(
                "engine=opencv: a forward pass is still running after %.1f seconds; it cannot be stopped", _STOP_SECONDS
            )

    def _scores_unless_out_of_memory(self, views: NDArray[np.float32]) -> NDArray[np.float32] | None:
        net = self.free.get()
        try:
            with self.calls.counted():
                return self._forward(net, views)
        except self.error as error:
            if is_out_of_memory(error):
                return None
            raise EngineError(f"engine=opencv: a batch of shape {views.shape} failed: {error}") from error
        finally:
            self.free.put(net)

    def _forward(self, net: Any, views: NDArray[np.float32]) -> NDArray[np.float32]:
        if self.stopped.is_set():
            raise EngineError("engine=opencv: called after it was closed")
        net.setInput(np.ascontiguousarray(views, np.float32))
        return scores_of("opencv", net.forward(self.network.output), len(views), self.network)


def _cv2() -> Any:
    try:
        import cv2
    except ImportError as error:
        raise MissingEngineError(
            f"engine=opencv: cannot be imported here ({error}); pip install opencv-python-headless"
        ) from error
    return cv2


def _nets(cv2: Any, path: Path, count: int) -> "SimpleQueue[Any]":
    # OpenCV 5.0 also has a new engine. It computes a 1x1 convolution with padding (such as SqueezeNet's last one) from
    # memory outside the image, and takes 26 ms for SqueezeNet where the classic one takes 22.
    engine = [cv2.dnn.ENGINE_CLASSIC] if hasattr(cv2.dnn, "ENGINE_CLASSIC") else []
    rewritten = for_opencv(path)
    source = str(path) if rewritten is None else np.frombuffer(rewritten, np.uint8)
    nets: SimpleQueue[Any] = SimpleQueue()
    try:
        for _ in range(count):
            nets.put(cv2.dnn.readNetFromONNX(source, *engine))
    except cv2.error as error:
        raise EngineError(f"engine=opencv: {path} cannot be opened: {error}") from error
    return nets


@contextmanager
def _one_thread_a_call(cv2: Any) -> Iterator[None]:
    # The number applies to the whole process, including image decoding: the loader also sets 1.
    before = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        yield
    finally:
        cv2.setNumThreads(before)
