"""Recordings on a GPU that is none: a recorded graph repeats what was run while it was recorded."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

import pytest


class _Stream:
    def wait_stream(self, other: Any) -> None:
        pass


class _Graph:
    def __init__(self) -> None:
        self.replay: Any = None


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, ...]]:
    """The shapes of the forwards that were run, filled by ``_forward``; torch.cuda is replaced."""
    import torch

    shapes: list[tuple[int, ...]] = []

    @contextmanager
    def recording(graph: _Graph, stream: _Stream, capture_error_mode: str) -> Iterator[None]:
        with torch.cuda.stream(stream):
            yield
        graph.replay = lambda: None

    for name, fake in {
        "device": lambda _: nullcontext(),
        "Stream": _Stream,
        "current_stream": _Stream,
        "stream": lambda _: nullcontext(),
        "CUDAGraph": _Graph,
        "graph": recording,
    }.items():
        monkeypatch.setattr(torch.cuda, name, fake)
    return shapes


def test_a_forward_is_run_for_the_warm_up_and_the_recording_and_never_again(calls: list[tuple[int, ...]]) -> None:
    import torch

    from clsbench.engines.torch.operators.cuda_graph import recorded

    def forward(views: Any) -> Any:
        calls.append(tuple(views.shape))
        return views.sum(1)

    run = recorded(forward)
    for batch in (2, 2, 3, 2):
        run(torch.ones(batch, 5))
    assert calls == [(2, 5)] * 4 + [(3, 5)] * 4


def test_a_forward_is_recorded_in_the_queue_in_which_it_was_warmed_up(
    calls: list[tuple[int, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch

    from clsbench.engines.torch.operators.cuda_graph import recorded

    entered: list[Any] = []

    def stream(of: Any) -> Any:
        entered.append(of)
        return nullcontext()

    monkeypatch.setattr(torch.cuda, "stream", stream)
    recorded(lambda views: views)(torch.ones(1, 2))
    warmed_up, recording = entered
    assert recording is warmed_up


def test_the_recording_reads_its_own_copy_and_its_scores_are_copied(calls: list[tuple[int, ...]]) -> None:
    import torch

    from clsbench.engines.torch.operators.cuda_graph import recorded

    run = recorded(lambda views: views.view(-1))  # scores that lie where the views lie
    views = torch.ones(1, 2)
    first = run(views)
    second = run(2 * views)
    assert (first.tolist(), second.tolist(), views.tolist()) == ([1, 1], [2, 2], [[1, 1]])
