"""Scores that tell nothing: if all but the best are practically 0, any two networks would seem to agree."""

from itertools import islice
from math import inf

import numpy as np
from numpy.typing import NDArray

from clsbench.agree.images import Images, RandomImages
from clsbench.agree.scores import image_scores
from clsbench.engines.engine import Predictor

_TRIED_IMAGES = 4
_STEP = 4.0
_STEPS = 10  # down to noise of a millionth of the spread; a network that saturates there does so on anything


def second_largest(scores: NDArray[np.float32]) -> float:
    """The second largest of ``scores`` (class,); 0 for a single class, which says nothing."""
    return float(np.partition(np.abs(scores), -2)[-2]) if len(scores) > 1 else 0.0


def unsaturated(images: Images, predictor: Predictor, tolerance: float) -> Images:
    """``images``; random ones that saturate the network's Softmax are made fainter, if that helps.

    They stay unchanged if some score other than the best is above ``tolerance``, or if no strength achieves that.
    """
    if not isinstance(images, RandomImages):
        return images
    for step in range(_STEPS + 1):
        fainter = images.of_strength(images.rms / _STEP**step)
        if _largest_second(fainter, predictor) > tolerance:
            return fainter
    return images


def _largest_second(images: RandomImages, predictor: Predictor) -> float:
    with images.opened() as made:
        seconds = [
            second_largest(image_scores(predictor, image.views, image.weights, images.title(image.index)))
            for image in islice(made, _TRIED_IMAGES)
            if image.views is not None
        ]
    return max(seconds, default=inf)
