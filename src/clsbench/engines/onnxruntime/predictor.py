"""An open session of ONNX Runtime: views in, scores out."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clsbench.engines.calls import Calls
from clsbench.engines.engine import Description, Network
from clsbench.engines.fitting_batch import FittingBatch, is_out_of_memory
from clsbench.engines.scores import scores_of
from clsbench.errors import EngineError

log = logging.getLogger(__name__)

_STOP_SECONDS = 0.8


@dataclass(frozen=True)
class OnnxPredictor:
    """An open session; its runs share the weights and one memory arena."""

    session: Any
    run_options: Any
    errors: tuple[type[Exception], ...]
    input: str
    network: Network
    fitting: FittingBatch
    opened: Callable[[bytes], Any]  # opens another file with the same settings
    calls: Calls = field(default_factory=Calls)

    @property
    def description(self) -> Description:
        """What is actually used."""
        return self.fitting.description

    def __call__(self, views: NDArray[np.float32], /) -> NDArray[np.float32]:
        """Scores (batch, class); if a batch does not fit in memory, it and all later ones are run in parts."""
        return self.fitting.scores(views, self._scores_unless_out_of_memory)

    def _scores_unless_out_of_memory(self, views: NDArray[np.float32]) -> NDArray[np.float32] | None:
        feed = {self.input: self._fed(views)}
        try:
            with self.calls.counted():
                (scores,) = self.session.run([self.network.output], feed, self.run_options)
        except self.errors as error:
            if is_out_of_memory(error):
                return None
            raise EngineError(f"engine=onnxruntime: a batch of shape {views.shape} failed: {error}") from error
        return scores_of("onnxruntime", scores, len(views), self.network)

    def _fed(self, views: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.ascontiguousarray(views, np.float32)

    def stop(self) -> None:
        """Makes running calls fail at their next node, and waits as long as a node may take."""
        self.run_options.terminate = True
        # A thread still inside ONNX Runtime's code when Python exits aborts the process.
        if not self.calls.wait_for_none(_STOP_SECONDS):
            log.warning(
                "engine=onnxruntime: a forward pass is still running %.1f seconds after it was told to stop",
                _STOP_SECONDS,
            )
