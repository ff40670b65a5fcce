"""The reference engine: real pycaffe, in processes of its own because any Caffe error ends the process."""

import logging
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from queue import SimpleQueue

import numpy as np
from numpy.typing import NDArray

from clsbench.engines.caffe.process import CaffeProcess, Setup, caffe_process
from clsbench.engines.caffe.python import caffe_python, pycaffe_version
from clsbench.engines.caffe.timed import (
    TEST,
    TRAIN,
    CaffeTimedPredictor,
    forced_backward,
    gathers_statistics,
    timed_predictor,
)
from clsbench.engines.caffe.worker import SELECTING_GPU
from clsbench.engines.cores import available_cores
from clsbench.engines.device import Device, parse_device
from clsbench.engines.engine import Description, Network
from clsbench.engines.settings import check_counts, check_precision
from clsbench.errors import EngineError, MissingEngineError

log = logging.getLogger(__name__)

# Caffe's convolution runs image by image: SqueezeNet takes the same time per view at batches of 1 to 8.
_BATCH = 1
_GPU_NODE = Path("/dev/nvidiactl")  # made by NVIDIA's driver


@dataclass
class Caffe:
    """Settings of pycaffe; null means the engine's own choice."""

    device: str
    precision: str
    threads: int | None  # total BLAS threads; null = every core that the process may use
    processes: int  # run at once, each with its own copy of the weights
    batch_size: int | None
    python: str | None

    def __post_init__(self) -> None:
        parse_device(self.device)
        check_precision("caffe", self.precision, ["fp32"])
        counts = {"engine.threads": self.threads, "engine.processes": self.processes, "batch_size": self.batch_size}
        check_counts(counts)

    def identity(self) -> Mapping[str, str]:
        """The version of its pycaffe, and the device that is tried first."""
        device = parse_device(self.device)
        cuda = device.must_be_cuda or (device.may_be_cuda and _GPU_NODE.exists())
        version = pycaffe_version(caffe_python(self.python))
        return {"caffe": version, "device": f"cuda:{device.index}" if cuda else "cpu"}

    @contextmanager
    def open(self, network: Network) -> Iterator["CaffePredictor"]:
        """Opens the network in ``processes`` processes, which end with the block."""
        with self._opened(network, TEST) as predictor:
            yield predictor

    @contextmanager
    def open_backward(self, network: Network) -> Iterator[CaffeTimedPredictor]:
        """The network in one process, with gradients."""
        with self.open_nested(network, backward=True) as predictor:
            yield predictor

    @contextmanager
    def open_nested(self, network: Network, *, backward: bool) -> Iterator[CaffeTimedPredictor]:
        """The network in one process, ready to run layer by layer."""
        with self._alone(network, TEST, backward=backward) as predictor:
            yield predictor

    @contextmanager
    def open_training(self, network: Network, *, backward: bool) -> Iterator[CaffeTimedPredictor]:
        """Like ``open_nested``, in phase TRAIN. Raises EngineError if this pycaffe's BatchNorm does nothing in it."""
        with self._alone(network, TRAIN, backward=backward) as predictor:
            yield predictor

    @contextmanager
    def _alone(self, network: Network, phase: str, *, backward: bool) -> Iterator[CaffeTimedPredictor]:
        with (
            forced_backward(network) if backward else nullcontext(network) as asked,
            replace(self, processes=1)._opened(asked, phase) as predictor,
        ):
            yield timed_predictor(predictor.description, predictor.free.get(), gradients=backward)

    @contextmanager
    def _opened(self, network: Network, phase: str) -> Iterator["CaffePredictor"]:
        python, batch = caffe_python(self.python), self.batch_size or _BATCH
        setup = Setup(
            prototxt=str(network.prototxt().absolute()),
            caffemodel=str(network.caffemodel().absolute()),
            output=network.output,
            gpu=None,
            views_shape=(batch, *network.input_shape),
            scores_shape=(batch, network.classes),
            phase=phase,
            gathers=phase == TRAIN and gathers_statistics(network.prototxt()),
        )
        with ExitStack() as stack:
            predictor = self._predictor(python, setup, parse_device(self.device), stack)
            log.info("engine=caffe: %s from %s", predictor.description, python)
            yield predictor

    def _predictor(self, python: Path, setup: Setup, device: Device, stack: ExitStack) -> "CaffePredictor":
        cuda = device.must_be_cuda or (device.may_be_cuda and _GPU_NODE.exists())
        threads = self.threads or available_cores()
        try:
            processes = self._processes(python, replace(setup, gpu=device.index if cuda else None), threads, stack)
        except MissingEngineError:
            raise
        except EngineError as error:
            if not cuda:
                raise
            if device.must_be_cuda:
                cure = "; a pycaffe built with CUDA and a GPU are needed" if SELECTING_GPU in str(error) else ""
                raise EngineError(f"device={self.device}: {error}{cure}") from error
            log.warning("device=auto: this pycaffe cannot use the GPU, running on the CPU: %s", error)
            return self._predictor(python, setup, Device("cpu"), stack)
        description = Description(
            engine="caffe",
            versions=processes[0].versions,
            device=f"cuda:{device.index}" if cuda else "cpu",
            threads=max(threads, self.processes),
            streams=self.processes,
            batch_size=setup.views_shape[0],
            precision=self.precision,
        )
        return CaffePredictor(description, _pool(processes))

    def _processes(self, python: Path, setup: Setup, threads: int, stack: ExitStack) -> list[CaffeProcess]:
        each = max(1, threads // self.processes)
        return [stack.enter_context(caffe_process(python, setup, each)) for _ in range(self.processes)]


@dataclass(frozen=True)
class CaffePredictor:
    """Open processes; a call takes any free one."""

    description: Description
    free: "SimpleQueue[CaffeProcess]"

    def __call__(self, views: NDArray[np.float32], /) -> NDArray[np.float32]:
        """Scores (batch, class); a batch larger than the shared arrays is run in parts."""
        size = self.description.batch_size
        process = self.free.get()
        try:
            parts = [process.forward(views[at : at + size]) for at in range(0, len(views), size)]
        finally:
            self.free.put(process)
        return np.concatenate(parts)


def _pool(processes: list[CaffeProcess]) -> "SimpleQueue[CaffeProcess]":
    pool: SimpleQueue[CaffeProcess] = SimpleQueue()
    for process in processes:
        pool.put(process)
    return pool
