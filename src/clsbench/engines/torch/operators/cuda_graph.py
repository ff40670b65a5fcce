"""Records a forward on a GPU as a CUDA graph: one launch instead of one per operator."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import torch
from torch import Tensor

Run: TypeAlias = Callable[[Tensor], Tensor]

_WARM_UPS = 3  # as PyTorch's manual does before recording: libraries allocate their own memory in their first calls


@dataclass(frozen=True)
class _Recording:
    graph: Any
    views: Tensor  # the graph reads this
    scores: Tensor  # the graph writes this

    def replayed(self, views: Tensor) -> Tensor:
        self.views.copy_(views)
        self.graph.replay()
        return self.scores.clone()


def recorded(run: Run) -> Run:
    """``run``, recorded anew for every shape of views; for one call at a time."""
    recordings: dict[tuple[int, ...], _Recording] = {}

    def replay(views: Tensor) -> Tensor:
        shape = tuple(views.shape)
        if shape not in recordings:
            with torch.cuda.device(views.device):
                recordings[shape] = _recording(run, views)
        return recordings[shape].replayed(views)

    return replay


def _recording(run: Run, views: Tensor) -> _Recording:
    views = views.clone()
    side = torch.cuda.Stream()
    side.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(side):
        for _ in range(_WARM_UPS):
            run(views)
    torch.cuda.current_stream().wait_stream(side)
    graph = torch.cuda.CUDAGraph()
    # PyTorch's own stream for recordings is that of the first GPU that recorded one, so this device's is given. In
    # this mode other threads may keep using the GPU.
    with torch.cuda.graph(graph, stream=side, capture_error_mode="thread_local"):
        scores = run(views)
    return _Recording(graph, views, scores)
