from typing import Any

import pytest


def test_a_total_is_from_the_first_moment_to_the_last_and_nodes_are_pairs_of_moments() -> None:
    from clsbench.engines.torch.operators.clocks import total_and_each

    assert total_and_each([0.0, 1.0, 1.5, 4.0]) == (4.0, (1.0, 2.5))
    assert total_and_each([]) == (0.0, ())


def test_on_a_cpu_moments_are_the_hosts_in_milliseconds() -> None:
    from clsbench.engines.torch.operators.clocks import HostClock, clock_of

    clock = clock_of("cpu")
    assert isinstance(clock, HostClock)
    clock.seconds += [10.0, 10.5]
    assert clock.milliseconds() == [0.0, 500.0]


def test_on_a_gpu_moments_are_events_in_the_devices_queue_which_is_waited_for_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import torch

    from clsbench.engines.torch.operators.clocks import clock_of

    done: list[Any] = []

    class Event:
        """An event that happens 2 ms after the one before it."""

        def __init__(self, *, enable_timing: bool) -> None:
            assert enable_timing

        def record(self, stream: str) -> None:
            self.at = 2.0 * len(done)
            done.append(stream)

        def elapsed_time(self, other: "Event") -> float:
            assert done[-1] == "waited"
            return other.at - self.at

    monkeypatch.setattr(torch.cuda, "Event", Event)
    monkeypatch.setattr(torch.cuda, "current_stream", lambda device: f"queue of {device}")
    monkeypatch.setattr(torch.cuda, "synchronize", lambda device: done.append("waited"))
    clock = clock_of("cuda:1")
    for _ in range(3):
        clock.record()
    assert clock.milliseconds() == [0.0, 2.0, 4.0]
    assert done == ["queue of cuda:1"] * 3 + ["waited"]
