"""A runtime's output as scores: one row per view, one column per class."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from clsbench.engines.engine import Network
from clsbench.errors import EngineError


def scores_of(engine: str, output: NDArray[Any], views: int, network: Network) -> NDArray[np.float32]:
    """Scores (batch, class), in a new array; raises EngineError if ``output`` does not have that many numbers."""
    if output.size != views * network.classes:
        raise EngineError(
            f"engine={engine}: blob '{network.output}' has shape {output.shape} for {views} views; "
            f"expected {network.classes} scores per view"
        )
    return np.array(output, np.float32).reshape(views, network.classes)
