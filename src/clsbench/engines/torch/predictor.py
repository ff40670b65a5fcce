"""An open PyTorch module: views in, scores out."""

import logging
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from threading import local
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from clsbench.engines.calls import Calls
from clsbench.engines.engine import Description, Network
from clsbench.engines.fitting_batch import FittingBatch, is_out_of_memory
from clsbench.engines.scores import scores_of
from clsbench.errors import EngineError

log = logging.getLogger(__name__)

_STOP_SECONDS = 0.8
_TRIALS = 3  # the first lets the libraries choose their kernels


@dataclass(frozen=True)
class Cast:
    """How a batch gets to its device, and the precision in which it is computed."""

    torch: Any
    device: str
    layout: Any
    low_precision: Any  # None = fp32
    threads_own: local = field(default_factory=local, compare=False)

    def moved(self, views: NDArray[np.float32]) -> Any:
        """The tensor on the device."""
        # "W": PyTorch accepts no read-only array
        tensor = self.torch.from_numpy(np.require(views, np.float32, ["C", "W"]))
        return tensor.to(self.device, memory_format=self.layout)

    def autocast(self) -> Any:
        """The context of a forward."""
        kind = self.device.partition(":")[0]
        # No cache: it belongs to all threads, and a weight that one thread's queue casts may not be there yet for
        # another's. A forward reads each weight once anyway, and a recording must cast them itself.
        return self.torch.autocast(
            kind, self.low_precision, enabled=self.low_precision is not None, cache_enabled=False
        )

    def queue(self) -> AbstractContextManager[Any]:
        """The context of a call: on a GPU every thread has its own queue, so that copies and forwards overlap."""
        if self.device == "cpu":
            return nullcontext()
        cuda = self.torch.cuda
        if not hasattr(self.threads_own, "stream"):
            self.wait()  # for the weights, which came through another queue
            self.threads_own.stream = cuda.Stream(self.device)
        return cast(AbstractContextManager[Any], cuda.stream(self.threads_own.stream))

    def wait(self) -> None:
        """Waits until the device has done its work; a CPU always has."""
        if self.device != "cpu":
            self.torch.cuda.synchronize(self.device)


@dataclass
class TorchPredictor:
    """``run`` is ``graph``, or its compiled or recorded form."""

    cast: Cast
    fitting: FittingBatch
    network: Network
    graph: Any
    run: Callable[[Any], Any]
    threads: int  # per call
    calls: Calls = field(default_factory=Calls)

    @property
    def description(self) -> Description:
        """What is actually used."""
        return self.fitting.description

    def __call__(self, views: NDArray[np.float32], /) -> NDArray[np.float32]:
        """Scores (batch, class)."""
        return self.fitting.scores(views, self._scores_unless_out_of_memory)

    def milliseconds(self, count: int) -> float | None:
        """The least time of three calls with that many views; None if they do not fit in memory."""
        views, taken = self._random(count), []
        for _ in range(_TRIALS):
            start = time.perf_counter()
            if self._scores_unless_out_of_memory(views) is None:
                return None
            taken.append(1000 * (time.perf_counter() - start))
        return min(taken)

    def _random(self, count: int) -> NDArray[np.float32]:  # a GPU may be faster on zeros
        return np.random.default_rng(0).standard_normal((count, *self.network.input_shape), np.float32)

    def stop(self) -> None:
        """Makes running forwards fail at their next operator, and waits as long as one may take."""
        self.graph.stopped = True
        if not self.calls.wait_for_none(_STOP_SECONDS):
            log.warning(
                "engine=torch: a forward pass is still running %.1f seconds after it was told to stop", _STOP_SECONDS
            )

    def _scores_unless_out_of_memory(self, views: NDArray[np.float32]) -> NDArray[np.float32] | None:
        with self.calls.counted():
            result = self._attempt(views)
        if isinstance(result, str):
            raise EngineError(f"engine=torch: a batch of shape {views.shape} failed: {result}")
        if result is None:
            if self.cast.device != "cpu":
                self.cast.torch.cuda.empty_cache()
            return None
        return scores_of("torch", result, len(views), self.network)

    def _moved(self, views: NDArray[np.float32]) -> Any:
        return self.cast.moved(views)

    def _attempt(self, views: NDArray[np.float32]) -> NDArray[Any] | str | None:
        """The output, or what went wrong; None if memory was too small.

        The error itself is released here, and all tensors with it: a thread that frees a tensor when Python exits
        aborts the
        process, and a batch that is tried again needs the memory.
        """
        try:
            return self._forward(views)
        except EngineError as error:
            return str(error)
        except RuntimeError as error:
            if not is_out_of_memory(error):
                return str(error)
            log.debug("engine=torch: %s", error)
            return None

    def _forward(self, views: NDArray[np.float32]) -> NDArray[Any]:
        torch = self.cast.torch
        if torch.get_num_threads() != self.threads:  # every thread keeps the number from when it first ran something
            torch.set_num_threads(self.threads)
        with self.cast.queue(), torch.inference_mode(), self.cast.autocast():
            output: NDArray[Any] = self.run(self._moved(views)).float().cpu().numpy()
        return output
