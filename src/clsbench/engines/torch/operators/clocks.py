"""Clocks around single nodes: the host's on a CPU; the device's own on a GPU, whose calls return early."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any, Protocol

import torch


class Clock(Protocol):
    """Records the moments before and after each node of a loop."""

    def record(self) -> None:
        """Records this moment."""

    def milliseconds(self) -> Sequence[float]:
        """The recorded moments, counted from the first."""


@dataclass
class HostClock:
    """For a CPU, where a node is done when its call returns."""

    seconds: list[float] = field(default_factory=list)

    def record(self) -> None:
        """Records this moment."""
        self.seconds.append(perf_counter())

    def milliseconds(self) -> Sequence[float]:
        """The recorded moments, counted from the first."""
        return [1000 * (second - self.seconds[0]) for second in self.seconds]


@dataclass
class EventClock:
    """CUDA events between the nodes' kernels in the device's queue; nothing waits until the times are requested."""

    device: str
    events: list[Any] = field(default_factory=list)

    def record(self) -> None:
        """Puts an event into the queue."""
        event = torch.cuda.Event(enable_timing=True)
        event.record(torch.cuda.current_stream(self.device))
        self.events.append(event)

    def milliseconds(self) -> Sequence[float]:
        """The moments at which the device reached the events, counted from the first."""
        torch.cuda.synchronize(self.device)
        return [0.0, *(self.events[0].elapsed_time(event) for event in self.events[1:])]


def clock_of(device: str) -> Clock:
    """A new clock for "cpu" or "cuda:N"."""
    return HostClock() if device == "cpu" else EventClock(device)


def total_and_each(moments: Sequence[float]) -> tuple[float, tuple[float, ...]]:
    """The total from the first moment to the last, and the time across each node."""
    each = tuple(after - before for before, after in zip(moments[::2], moments[1::2], strict=True))
    return (moments[-1] - moments[0] if moments else 0.0), each
