"""The record of each image: the five best classes, and whether it could be read at all."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from clsbench.data.dataset import Sample
from clsbench.evaluation.top_k import top_k

TOP = 5


@dataclass(frozen=True, slots=True)
class Prediction:
    """One image of the dataset; a bad one has no classes, has a problem, and counts as a miss."""

    index: int
    name: str
    label: int | None  # in the model's order; None if unknown
    top5: tuple[int, ...]  # best first; all classes if there are fewer than five
    top5_probability: tuple[float, ...]
    label_probability: float | None
    status: Literal["ok", "bad"]
    problem: str | None = None
    views: int = 0  # number of distinct views that were run
    also: tuple[int, ...] = ()  # further right labels
    # If requested: the scores of the right label and of the class that keeps it out of the five, or would.
    at_fifth: tuple[float, float] | None = None

    def hit(self, k: int) -> bool:
        """Whether a right label is among the ``k`` best classes."""
        best = self.top5[:k]
        return self.label in best or (bool(self.also) and not set(self.also).isdisjoint(best))


def predictions_of(
    indices: Sequence[int],
    samples: Sequence[Sample],
    summed: NDArray[np.float32],
    weights: Sequence[NDArray[np.float32]],
    subset: NDArray[np.intp] | None = None,
) -> list[Prediction]:
    """The predictions from scores (image, class) ``summed`` over views; they must be finite.

    ``indices``, ``samples`` and ``weights`` (view,) are those of the images. The order is that of the sums, as in the
    published protocol: the means may be equal where the sums are not. With a ``subset`` of class indices, rising, other
    classes are excluded; probabilities stay as they are.
    """
    best = top_k(summed, TOP) if subset is None else subset[top_k(summed[:, subset], TOP)]
    probabilities = summed / totals(weights)[:, np.newaxis]
    labels = np.array([sample.label or 0 for sample in samples])
    of_labels = probabilities[np.arange(len(samples)), labels].tolist()
    of_best = np.take_along_axis(probabilities, best, axis=1).tolist()
    return [
        Prediction(
            *(index, sample.name, sample.label, tuple(top5), tuple(top5_probability)),
            *(None if sample.label is None else of_label, "ok", None, len(views), sample.also),
        )
        for index, sample, top5, top5_probability, of_label, views in zip(
            indices, samples, best.tolist(), of_best, of_labels, weights, strict=True
        )
    ]


def totals(weights: Sequence[NDArray[np.float32]]) -> NDArray[np.float32]:
    """The total weight of each image's views (image,)."""
    if all(len(of_image) == 1 for of_image in weights):
        return np.concatenate(weights)
    return np.array([of_image.sum() for of_image in weights], np.float32)


def bad_prediction(index: int, sample: Sample, problem: str) -> Prediction:
    """The record of an image that could not be read."""
    return Prediction(index, sample.name, sample.label, (), (), None, "bad", problem, also=sample.also)
