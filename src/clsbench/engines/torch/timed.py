"""PyTorch's backward and its nodes one by one, for timing."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clsbench.engines.engine import Description, Network
from clsbench.engines.fitting_batch import is_out_of_memory
from clsbench.engines.scores import scores_of
from clsbench.engines.timed import NestedTimes
from clsbench.engines.torch.predictor import Cast
from clsbench.errors import EngineError


@dataclass
class TorchBackward:
    """A module that keeps what a backward needs; one call at a time."""

    description: Description
    cast: Cast
    network: Network
    graph: Any
    run: Callable[[Any], Any]  # the graph, or its compiled form
    images: Any = None  # those of the last call, with their gradient after the backward
    scores: Any = None
    gradient: Any = None  # that of the scores

    def __call__(self, views: NDArray[np.float32], /) -> NDArray[np.float32]:
        """Scores (batch, class); the gradients of the previous call are dropped."""
        self.scores = None
        self.graph.zero_grad()
        with _errors(self.cast, "forward", len(views)):
            self.images = self.cast.moved(views).requires_grad_()
            with self.cast.autocast():
                self.scores = self.run(self.images)
            self.gradient = score_gradient(self.cast.torch, self.scores)
            scores = self.scores.detach().float().cpu().numpy()
        return scores_of("torch", scores, len(views), self.network)

    def backward(self) -> None:
        """Computes the gradients of all weights and of the images of the last call; done when it returns."""
        if self.scores is None:
            raise EngineError("engine=torch: a backward needs a forward of its own before it")
        scores, self.scores = self.scores, None
        with _errors(self.cast, "backward", len(self.images)):
            scores.backward(self.gradient)
            self.cast.wait()


@dataclass
class TorchNested:
    """A module whose nodes are run and timed one by one, as in the file: neither compiled nor recorded."""

    description: Description
    cast: Cast
    network: Network
    graph: Any
    gradients: bool
    images: Any = None

    @property
    def layers(self) -> Sequence[tuple[str, str]]:
        """(name, operator) of every node."""
        return [(step.node, step.operator) for step in self.graph.steps]

    def __call__(self, views: NDArray[np.float32], /) -> NDArray[np.float32]:
        """Scores (batch, class)."""
        with _errors(self.cast, "forward", len(views)):
            self.images = self.cast.moved(views)
            with self.cast.torch.inference_mode(), self.cast.autocast():
                scores = self.graph(self.images).float().cpu().numpy()
        return scores_of("torch", scores, len(views), self.network)

    def backward(self) -> None:
        """Raises EngineError: nothing is kept from a call; ``nested`` has its own backward."""
        raise EngineError("engine=torch: opened to run node by node; nested() runs both ways")

    def nested(self) -> NestedTimes:
        """Runs the views of the last call again, timed by their device's clock."""
        with _errors(self.cast, "pass node by node", len(self.images)):
            return self._nested()

    def _nested(self) -> NestedTimes:
        from clsbench.engines.torch.operators.clocks import clock_of, total_and_each
        from clsbench.engines.torch.operators.tape import backward_tape, forward_tape

        torch, device = self.cast.torch, self.cast.device
        ahead = clock_of(device)
        with nullcontext() if self.gradients else torch.inference_mode(), self.cast.autocast():
            tape = forward_tape(self.graph, self.images, ahead, gradients=self.gradients)
        forward = total_and_each(ahead.milliseconds())
        if not self.gradients:
            return NestedTimes(*forward, None, None)
        (scores,) = tape[-1].outputs
        back = clock_of(device)
        backward_tape(tape, self.graph.output, score_gradient(torch, scores), back)
        total, each = total_and_each(back.milliseconds())
        return NestedTimes(*forward, total, each[::-1])


def score_gradient(torch: Any, scores: Any) -> Any:
    """The numbers used where a loss would put its gradient, the same as for pycaffe (worker.py)."""
    numbers = torch.arange(scores.numel(), dtype=torch.float32, device=scores.device)
    return torch.cos(numbers).reshape(scores.shape).to(scores.dtype)


@contextmanager
def _errors(cast: Cast, what: str, views: int) -> Iterator[None]:
    try:
        yield
    except RuntimeError as error:
        if is_out_of_memory(error):
            raise EngineError(
                f"engine=torch: {cast.device} has too little memory for the {what} of {views} views, because a "
                "backward pass needs all their blobs; set a smaller batch_size, or timing.backward=false"
            ) from error
        raise EngineError(f"engine=torch: the {what} of {views} views failed: {error}") from error
