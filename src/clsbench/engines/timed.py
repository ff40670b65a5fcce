"""What some engines offer besides the forward: a backward, and the time of every layer."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from clsbench.engines.engine import Description, Network, Predictor


@dataclass(frozen=True)
class LayerTime:
    """Mean milliseconds of one layer, or of one node of a runtime's own graph; backward is None if not measured."""

    layer: str
    type: str
    forward_ms: float
    backward_ms: float | None = None


@dataclass(frozen=True)
class NestedTimes:
    """One iteration: milliseconds of the clock around the loop over the layers, and of the clocks inside it.

    The tuples are parallel to the layers, in forward order; the backward parts are None if there is no backward.
    """

    forward_ms: float
    forward_layers: tuple[float, ...]
    backward_ms: float | None
    backward_layers: tuple[float, ...] | None


class BackwardPredictor(Predictor, Protocol):
    """A predictor that keeps what a backward needs."""

    def backward(self) -> None:
        """The gradients of all weights and blobs for the views of the last call; raises EngineError."""


class NestedPredictor(BackwardPredictor, Protocol):
    """A predictor that can run layer by layer."""

    @property
    def layers(self) -> Sequence[tuple[str, str]]:
        """(name, type) of every layer that the runtime runs."""

    def nested(self) -> NestedTimes:
        """Runs the views of the last call again, layer by layer, with a backward if it was opened with one."""


@runtime_checkable
class OffersBackward(Protocol):
    """An engine with a backward."""

    def open_backward(self, network: Network) -> AbstractContextManager[BackwardPredictor]:
        """The network, ready for forward and backward, one call at a time."""


@runtime_checkable
class OffersNestedTimers(Protocol):
    """An engine whose layers can be run and timed one by one."""

    def open_nested(self, network: Network, *, backward: bool) -> AbstractContextManager[NestedPredictor]:
        """The network, ready to run layer by layer, one call at a time."""


@runtime_checkable
class OffersTraining(Protocol):
    """An engine whose layers also have a phase TRAIN."""

    def open_training(self, network: Network, *, backward: bool) -> AbstractContextManager[NestedPredictor]:
        """Like ``open_nested`` of OffersNestedTimers, in that phase."""


@runtime_checkable
class OffersMeasuredTimes(Protocol):
    """An engine whose times were measured elsewhere."""

    def measured(self) -> tuple[Description, Sequence[float]]:
        """What was used, and the milliseconds of each call."""


@runtime_checkable
class OffersProfile(Protocol):
    """An engine whose runtime writes a profile."""

    def profile(self, network: Network, views: NDArray[np.float32], iterations: int) -> Sequence[LayerTime]:
        """Every node's mean time, by its name in the ONNX file, in execution order."""
