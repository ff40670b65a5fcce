"""The clock: it covers the predictor's call and nothing else."""

import gc
from array import array
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from clsbench.engines.engine import Predictor
from clsbench.engines.timed import BackwardPredictor, LayerTime, NestedPredictor, NestedTimes
from clsbench.timing.job import Job
from clsbench.timing.plan import Plan


def random_views(job: Job) -> NDArray[np.float32]:
    """(batch, channel, height, width), the same for the same seed."""
    shape = (job.batch, *job.network.input_shape)
    views = np.random.default_rng(job.plan.seed).standard_normal(shape, np.float32)
    return views * np.float32(job.input_rms)


def first_ms(predictor: Predictor, views: NDArray[np.float32]) -> float:
    """Milliseconds of the first call, in which a runtime may still initialise itself."""
    start = perf_counter()
    predictor(views)
    return 1000 * (perf_counter() - start)


def forward_ms(predictor: Predictor, views: NDArray[np.float32], plan: Plan) -> "array[float]":
    """Milliseconds of each call."""
    samples = array("d")
    with _no_garbage_collection():
        for _ in _iterations(plan):
            start = perf_counter()
            predictor(views)
            samples.append(1000 * (perf_counter() - start))
    return samples


def backward_ms(predictor: BackwardPredictor, views: NDArray[np.float32], plan: Plan) -> "array[float]":
    """Milliseconds of each backward; the forward before it is not timed."""
    samples = array("d")
    with _no_garbage_collection():
        for _ in _iterations(plan):
            predictor(views)
            start = perf_counter()
            predictor.backward()
            samples.append(1000 * (perf_counter() - start))
    return samples


@dataclass
class NestedSamples:
    """The clock around a loop over the layers, and the sums of those inside it."""

    forward_ms: "array[float]" = field(default_factory=lambda: array("d"))
    backward_ms: "array[float]" = field(default_factory=lambda: array("d"))
    forward_sums: NDArray[np.float64] | None = None
    backward_sums: NDArray[np.float64] | None = None

    def add(self, times: NestedTimes) -> None:
        """Adds one iteration."""
        self.forward_ms.append(times.forward_ms)
        self.forward_sums = _sum(self.forward_sums, times.forward_layers)
        if times.backward_ms is not None and times.backward_layers is not None:
            self.backward_ms.append(times.backward_ms)
            self.backward_sums = _sum(self.backward_sums, times.backward_layers)

    def layers(self, predictor: NestedPredictor) -> list[LayerTime]:
        """The mean of every layer."""
        count = len(self.forward_ms)
        assert self.forward_sums is not None
        backward = [None] * len(predictor.layers) if self.backward_sums is None else list(self.backward_sums / count)
        rows = zip(predictor.layers, self.forward_sums / count, backward, strict=True)
        return [LayerTime(*layer, float(ahead), None if back is None else float(back)) for layer, ahead, back in rows]


def nested(predictor: NestedPredictor, plan: Plan) -> NestedSamples:
    """Iterations over the views of the predictor's last call, layer by layer."""
    samples = NestedSamples()
    for _ in _iterations(plan):
        samples.add(predictor.nested())
    return samples


def repeated(call: Callable[[], object], times: int) -> None:
    """Runs ``call`` that many times, for instance to warm up."""
    for _ in range(times):
        call()


def _iterations(plan: Plan) -> Iterator[None]:
    """The plan's number of iterations, or more until its time is over."""
    start = perf_counter()
    done = 0
    while done < plan.iterations or (plan.seconds is not None and perf_counter() - start < plan.seconds):
        yield
        done += 1


def _sum(total: NDArray[np.float64] | None, values: tuple[float, ...]) -> NDArray[np.float64]:
    added = np.asarray(values, np.float64)
    return added if total is None else total + added


@contextmanager
def _no_garbage_collection() -> Iterator[None]:
    # As in timeit: a garbage collection takes milliseconds, and would hit an arbitrary call.
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
