"""Plans, and engines that compute nothing."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from clsbench.engines.engine import Description, Network
from clsbench.engines.timed import LayerTime, NestedTimes
from clsbench.timing.job import Job, NetworkFiles
from clsbench.timing.plan import Plan

LAYERS = [("conv", "Convolution"), ("prob", "Softmax")]


@dataclass(frozen=True)
class FakePredictor:
    """Scores of zero; its layers take 1 and 2 milliseconds forward, 3 and 4 backward."""

    description: Description
    gradients: bool = False
    layers: tuple[tuple[str, str], ...] = tuple(LAYERS)

    def __call__(self, views: NDArray[np.float32], /) -> NDArray[np.float32]:
        return np.zeros((len(views), 2), np.float32)

    def backward(self) -> None:
        assert self.gradients

    def nested(self) -> NestedTimes:
        return NestedTimes(3.5, (1.0, 2.0), *((7.5, (3.0, 4.0)) if self.gradients else (None, None)))


@dataclass
class Plain:
    """An engine with nothing but a forward."""

    @contextmanager
    def open(self, network: Network) -> Iterator[FakePredictor]:
        yield FakePredictor(_description("plain"))


@dataclass
class Profiled(Plain):
    """An engine whose runtime writes a profile."""

    def profile(self, network: Network, views: NDArray[np.float32], iterations: int) -> list[LayerTime]:
        return [LayerTime("conv", "Conv", float(iterations))]


@dataclass
class NestedOnly(Plain):
    """An engine whose layers can be run one by one."""

    @contextmanager
    def open_nested(self, network: Network, *, backward: bool) -> Iterator[FakePredictor]:
        yield FakePredictor(_description("nested"), gradients=backward)


@dataclass
class Everything(NestedOnly):
    """An engine that can be asked for all."""

    @contextmanager
    def open_training(self, network: Network, *, backward: bool) -> Iterator[FakePredictor]:
        yield FakePredictor(_description("training"), gradients=backward)

    @contextmanager
    def open_backward(self, network: Network) -> Iterator[FakePredictor]:
        yield FakePredictor(_description("everything"), gradients=True)


def _description(name: str) -> Description:
    return Description(name, {"version": "1"}, "cpu", 1, 1, 1, "fp32")


@pytest.fixture
def plan() -> Plan:
    """Five iterations."""
    return Plan(
        name="clean",
        nested=False,
        iterations=5,
        seconds=None,
        warmup=2,
        backward=None,
        layer_iterations=3,
        seed=0,
        phase="test",
    )


@pytest.fixture
def nested_plan(plan: Plan) -> Plan:
    """As `caffe time`."""
    return replace(plan, name="caffe", nested=True, backward=True)


@pytest.fixture
def plain() -> Plain:
    return Plain()


@pytest.fixture
def profiled() -> Profiled:
    return Profiled()


@pytest.fixture
def nested_only() -> NestedOnly:
    return NestedOnly()


@pytest.fixture
def everything() -> Everything:
    return Everything()


@pytest.fixture
def job_for(plan: Plan) -> Callable[..., Job]:
    """A job for an engine, with the plan or another."""
    files = NetworkFiles((3, 4, 4), "prob", 2, None, None, None)

    def make(engine: Any, asked: Plan = plan) -> Job:
        return Job(engine, files, asked, batch=2, input_rms=10.0)

    return make
