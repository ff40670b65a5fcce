"""How close each top-5 hit is to a miss, and each miss to a hit: the scores at fifth place."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from clsbench.evaluation.record import TOP, Prediction, totals
from clsbench.evaluation.top_k import top_k


def with_fifth_places(
    predictions: Sequence[Prediction],
    summed: NDArray[np.float32],
    weights: Sequence[NDArray[np.float32]],
    subset: NDArray[np.intp] | None = None,
) -> list[Prediction]:
    """``predictions``, made from ``summed`` (image, class), with ``at_fifth``.

    It is None if no score could change the hit: if there is no label, if there are five classes or fewer, or if no
    right label is in ``subset``.
    """
    allowed = np.arange(summed.shape[1]) if subset is None else subset
    if len(allowed) <= TOP:
        return list(predictions)
    scores = summed / totals(weights)[:, np.newaxis]
    best = allowed[top_k(summed[:, allowed], TOP + 1)]
    known = set(allowed.tolist())
    return [
        replace(prediction, at_fifth=_at_fifth(prediction, of_image, places.tolist(), known))
        for prediction, of_image, places in zip(predictions, scores, best, strict=True)
    ]


def _at_fifth(
    prediction: Prediction, scores: NDArray[np.float32], best: list[int], known: set[int]
) -> tuple[float, float] | None:
    right = {prediction.label, *prediction.also} & known if prediction.label is not None else set()
    if not right:
        return None
    inside = right & set(best[:TOP])
    # The sixth class would push out a hit, and the fifth class keeps out a miss.
    rival = best[TOP] if inside else best[TOP - 1]
    return float(max(scores[label] for label in inside or right)), float(scores[rival])
