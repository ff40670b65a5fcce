"""An engine for tests: it scores all classes alike, or as a function of the given views."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clsbench.engines.engine import Description, Network

Scoring = Callable[[NDArray[np.float32]], NDArray[np.float32]]


@dataclass(frozen=True)
class UniformPredictor:
    """Scores (batch, class), all the same; with ``scoring``, whatever that returns for the views."""

    classes: int
    description: Description
    scoring: Scoring | None = None

    def __call__(self, views: NDArray[np.float32], /) -> NDArray[np.float32]:
        """Scores (batch, class)."""
        if self.scoring:
            return self.scoring(views)
        return np.full((len(views), self.classes), 1 / self.classes, np.float32)


@dataclass(frozen=True)
class Uniform:
    """Opens any network without reading its files."""

    batch_size: int = 4
    streams: int = 1
    scoring: Scoring | None = None

    @contextmanager
    def open(self, network: Network) -> Iterator[UniformPredictor]:
        """A predictor that runs nothing."""
        threads = self.streams
        description = Description("uniform", {}, "cpu", threads, self.streams, self.batch_size, "fp32")
        yield UniformPredictor(network.classes, description, self.scoring)
