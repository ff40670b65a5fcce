"""The prediction of one image, made as those of a batch are."""

import numpy as np
from numpy.typing import NDArray

from clsbench.data.dataset import Sample
from clsbench.evaluation.record import Prediction, predictions_of


def prediction_of(
    index: int,
    sample: Sample,
    summed: NDArray[np.float32],
    weights: NDArray[np.float32],
    subset: NDArray[np.intp] | None = None,
) -> Prediction:
    """The prediction that scores (class,) make."""
    [prediction] = predictions_of([index], [sample], summed[np.newaxis], [weights], subset)
    return prediction
