"""A runtime's output as scores: one row a view, one column a class."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from clsbench.engines.engine import Network
from clsbench.errors import EngineError


def scores_of(engine: str, output: NDArray[Any], views: int, network: Network) -> NDArray[np.float32]:
    """Scores (batch, class), an array of their own; raises EngineError where ``output`` has not that many numbers."""
    if output.size != views * network.classes:
        raise EngineError(
            f"engine={engine}: blob '{network.output}' has shape {output.shape} for {views} views; "
            f"expected {network.classes} scores per view"
        )
    return np.array(output, np.float32).reshape(views, network.classes)
