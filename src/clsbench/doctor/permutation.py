"""Are the labels a permutation of the classes? Matches labels with predictions, one to one."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment  # type: ignore[import-untyped]

from clsbench.doctor.trial import Trial

_SHUFFLES = 199
_LEVEL = 0.01
_LEAST_SHARE = 0.5  # of the images, if each label occurs once and shuffling the labels tells nothing
_LEAST_CONFIDENCE = 0.1


@dataclass(frozen=True)
class Match:
    """``label`` is predicted as ``predicted`` in ``matched`` of its ``images``."""

    label: int
    predicted: int
    images: int
    matched: int


@dataclass(frozen=True)
class Matching:
    """The assignment that explains most images; ``by_chance`` is how many it explains with shuffled labels.

    ``by_chance`` and ``p`` are None if each label occurs once, because any labels could then be matched. ``confidence``
    is the mean probability of the best class.
    """

    matches: Sequence[Match]
    images: int
    by_chance: float | None
    p: float | None
    confidence: float

    @property
    def matched(self) -> int:
        """The number of images whose label is matched with the predicted class."""
        return sum(each.matched for each in self.matches)

    @property
    def is_permutation(self) -> bool:
        """Whether a working network sees the classes under other numbers."""
        if self.p is not None:
            return self.p < _LEVEL and self.matched > 2 * (self.by_chance or 0)
        return self.matched >= _LEAST_SHARE * self.images and self.confidence >= _LEAST_CONFIDENCE

    @property
    def words(self) -> str:
        """The evidence in words."""
        told = f"{self.matched} of {self.images} images are right if each label stands for one other class"
        if self.p is not None:
            return f"{told}, {self.by_chance:.0f} with shuffled labels (p {self.p:.2g})"
        return (
            f"{told}; each label occurs once, so the only evidence is that the network sees {self.matched} "
            f"different classes and is confident (mean probability {self.confidence:.2f}): several images per class "
            "would prove it"
        )


def matching(trial: Trial, labels: NDArray[np.int64], seed: int) -> Matching:
    """The trial's best classes matched with ``labels`` (image,)."""
    seen = (trial.best[:, 0] >= 0) & (labels >= 0)
    predicted, labels = trial.best[seen, 0], labels[seen]
    names, rows = np.unique(labels, return_inverse=True)
    classes, columns = np.unique(predicted, return_inverse=True)
    counts = _counts(rows, columns, (len(names), len(classes)))
    at = _assigned(counts)
    images = counts.sum(axis=1)
    matches = [
        Match(int(names[row]), int(classes[column]), int(images[row]), int(counts[row, column]))
        for row, column in zip(*at, strict=True)
        if counts[row, column]
    ]
    matched = sum(each.matched for each in matches)
    by_chance, p = None, None
    if images.max(initial=0) > 1:
        random = np.random.default_rng(seed)
        shuffled = [_explained(_counts(random.permutation(rows), columns, counts.shape)) for _ in range(_SHUFFLES)]
        by_chance = float(np.mean(shuffled))
        p = (1 + sum(each >= matched for each in shuffled)) / (1 + _SHUFFLES)
    return Matching(matches, len(labels), by_chance, p, float(trial.confidence[seen].mean()) if seen.any() else 0.0)


def is_one_to_one(one: NDArray[np.int64], other: NDArray[np.int64]) -> bool:
    """Whether each value of ``one`` always meets the same value of ``other``, and vice versa."""
    pairs = {(int(a), int(b)) for a, b in zip(one, other, strict=True)}
    return len(pairs) == len({a for a, _ in pairs}) == len({b for _, b in pairs})


def _counts(rows: NDArray[np.intp], columns: NDArray[np.intp], shape: tuple[int, ...]) -> NDArray[np.int64]:
    counts = np.zeros(shape, np.int64)
    np.add.at(counts, (rows, columns), 1)
    return counts


def _assigned(counts: NDArray[np.int64]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    rows, columns = linear_sum_assignment(counts, maximize=True)
    return rows, columns


def _explained(counts: NDArray[np.int64]) -> int:
    return int(counts[_assigned(counts)].sum())
