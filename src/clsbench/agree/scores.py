"""One image's scores on one engine, however many views it has."""

import numpy as np
from numpy.typing import NDArray

from clsbench.engines.engine import Predictor
from clsbench.evaluation.top_k import check_finite


def image_scores(
    predictor: Predictor, views: NDArray[np.float32], weights: NDArray[np.float32], image: str
) -> NDArray[np.float32]:
    """The weighted mean (class,) over the views (view, channel, height, width). Raises EngineError, also for a NaN."""
    size = predictor.description.batch_size
    parts = [predictor(views[at : at + size]) for at in range(0, len(views), size)]
    scores = np.concatenate(parts)
    check_finite(scores.ravel(), f"engine={predictor.description.engine}: {image}")
    mean: NDArray[np.float32] = np.add.reduce(scores * weights[:, np.newaxis], axis=0) / weights.sum()
    return mean
