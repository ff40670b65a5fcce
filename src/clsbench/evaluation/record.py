"""What is kept of every image: the five best classes, and whether it could be read at all."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from clsbench.data.dataset import Sample
from clsbench.evaluation.top_k import top_k

TOP = 5


@dataclass(frozen=True, slots=True)
class Prediction:
    """One image of the dataset; a bad one has no classes, a problem, and counts as a miss."""

    index: int
    name: str
    label: int | None  # in the model's order; None where it is not known
    top5: tuple[int, ...]  # best first; as many as there are classes where there are fewer than five
    top5_probability: tuple[float, ...]
    label_probability: float | None
    status: Literal["ok", "bad"]
    problem: str | None = None
    views: int = 0  # that were forwarded, distinct ones
    also: tuple[int, ...] = ()  # further labels that are right

    def hit(self, k: int) -> bool:
        """Whether a right label is among the ``k`` best classes."""
        return self.label in self.top5[:k] or not set(self.also).isdisjoint(self.top5[:k])


def prediction_of(
    index: int,
    sample: Sample,
    summed: NDArray[np.float32],
    weights: NDArray[np.float32],
    subset: NDArray[np.intp] | None = None,
) -> Prediction:
    """The prediction that scores (class,) make, ``summed`` over views of ``weights`` (view,); they must be finite.

    The order is that of the sums, as in the published protocol: the means may be equal where those are not. With a
    ``subset`` of class indices, rising, the other classes are left out of it; probabilities stay as they are.
    """
    best = top_k(summed, TOP) if subset is None else subset[top_k(summed[subset], TOP)]
    probabilities = summed / weights.sum()
    return Prediction(
        index=index,
        name=sample.name,
        label=sample.label,
        top5=tuple(best.tolist()),
        top5_probability=tuple(probabilities[best].tolist()),
        label_probability=None if sample.label is None else float(probabilities[sample.label]),
        status="ok",
        views=len(weights),
        also=sample.also,
    )


def bad_prediction(index: int, sample: Sample, problem: str) -> Prediction:
    """What is kept of an image that could not be read."""
    return Prediction(index, sample.name, sample.label, (), (), None, "bad", problem, also=sample.also)
