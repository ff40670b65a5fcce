"""All measurements of one cell, in order; each figure is reported as soon as it is known."""

import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, astuple, dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clsbench.engines.engine import Predictor
from clsbench.engines.timed import (
    LayerTime,
    NestedPredictor,
    OffersBackward,
    OffersNestedTimers,
    OffersProfile,
    OffersTraining,
)
from clsbench.timing.conditions import Moment, conditions, moment
from clsbench.timing.gpu import gpu_before, gpu_conditions
from clsbench.timing.job import Job
from clsbench.timing.measure import (
    backward_ms,
    first_ms,
    forward_ms,
    nested,
    random_views,
    repeated,
)
from clsbench.timing.nvml import GpuMoment
from clsbench.timing.plan import Plan
from clsbench.timing.process_tree import peak_rss_mib


@dataclass(frozen=True)
class _Before:
    """The baseline for the conditions of a measurement."""

    of_machine: Moment
    of_gpu: GpuMoment | None

    @classmethod
    def now(cls, predictor: Predictor) -> "_Before":
        return cls(moment(), gpu_before(predictor.description.device))


Send = Callable[[str, Any], None]  # a name of Times, and its value for JSON; or "stage" and a text for people


@dataclass(frozen=True)
class _Session:
    job: Job
    views: NDArray[np.float32]
    send: Send

    @property
    def plan(self) -> Plan:
        return self.job.plan

    def clean(self) -> None:
        """Forwards, then backwards, then single layers, each opened anew so that none disturbs another."""
        self.send("stage", "opening")
        start = time.perf_counter()
        with self.job.engine.open(self.job.network) as predictor:
            self._opened(predictor, start)
            repeated(lambda: predictor(self.views), self.plan.warmup - 1)
            self.send("stage", self._words("forwards"))
            before = _Before.now(predictor)
            samples = forward_ms(predictor, self.views, self.plan)
            self._measured(before, predictor, list(samples))
        if self.plan.wants_backward(self.job.engine):
            self._backward()
        if self.plan.layer_iterations:
            self._layers()

    def nested(self) -> None:
        """Forward and backward layer by layer, the total around them, as `caffe time` does."""
        self.send("stage", "opening")
        start = time.perf_counter()
        with self._opened_nested() as predictor:
            self._opened(predictor, start)
            repeated(predictor.nested, self.plan.warmup)
            self.send("stage", self._words("passes layer by layer"))
            before = _Before.now(predictor)
            samples = nested(predictor, self.plan)
            self._measured(before, predictor, list(samples.forward_ms))
            self.send("backward_ms", list(samples.backward_ms))
            self._send_layers(samples.layers(predictor))

    def _opened_nested(self) -> AbstractContextManager[NestedPredictor]:
        engine, network = self.job.engine, self.job.network
        backward = self.plan.wants_backward(engine)
        if self.plan.phase == "train":
            assert isinstance(engine, OffersTraining)
            return engine.open_training(network, backward=backward)
        assert isinstance(engine, OffersNestedTimers)
        return engine.open_nested(network, backward=backward)

    def _words(self, what: str) -> str:
        seconds = f", at least {self.plan.seconds:g} seconds" if self.plan.seconds else ""
        return f"timing {self.plan.iterations} {what}{seconds}"

    def _opened(self, predictor: Predictor, start: float) -> None:
        self.send("load_seconds", time.perf_counter() - start)
        self.send("stage", "the first forward")
        self.send("first_batch_ms", first_ms(predictor, self.views))
        self.send("description", asdict(predictor.description))  # now, because the first call may have changed it

    def _measured(self, before: "_Before", predictor: Predictor, samples: list[float]) -> None:
        after = moment()
        of_gpu = gpu_conditions(predictor.description.device, before.of_gpu)
        self.send("conditions", {**conditions(before.of_machine, after), **of_gpu.metrics})
        self.send("slowed_by", list(of_gpu.slowed_by))
        self.send("peak_rss_mib", peak_rss_mib())
        self.send("forward_ms", samples)

    def _backward(self) -> None:
        engine = self.job.engine
        assert isinstance(engine, OffersBackward)
        self.send("stage", self._words("backwards"))
        with engine.open_backward(self.job.network) as predictor:

            def both() -> None:
                predictor(self.views)
                predictor.backward()

            repeated(both, self.plan.warmup)
            self.send("backward_ms", list(backward_ms(predictor, self.views, self.plan)))

    def _layers(self) -> None:
        engine, network = self.job.engine, self.job.network
        if isinstance(engine, OffersNestedTimers):
            self.send("stage", "timing single layers")
            plan = replace(self.plan, iterations=self.plan.layer_iterations, seconds=None)
            with engine.open_nested(network, backward=plan.wants_backward(engine)) as predictor:
                predictor(self.views)
                repeated(predictor.nested, 2)
                self._send_layers(nested(predictor, plan).layers(predictor))
        elif isinstance(engine, OffersProfile):
            self.send("stage", "profiling single layers")
            self._send_layers(engine.profile(network, self.views, self.plan.layer_iterations))

    def _send_layers(self, layers: Sequence[LayerTime]) -> None:
        self.send("layers", [astuple(each) for each in layers])


def run_session(job: Job, send: Send) -> None:
    """Times ``job``; raises ClsbenchError."""
    session = _Session(job, random_views(job), send)
    if job.plan.nested:
        session.nested()
    else:
        session.clean()
