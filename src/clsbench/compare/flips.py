"""Images whose best class differs in the second run: ``flips.csv``."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clsbench.compare.class_orders import ClassOrder
from clsbench.compare.paired_images import PairedImages
from clsbench.compare.predictions import Predictions

LOST, GAINED, BOTH_WRONG, NO_LABEL = "lost", "gained", "both wrong", "no label"
KINDS = (LOST, GAINED, BOTH_WRONG, NO_LABEL)


@dataclass(frozen=True)
class PredictedClass:
    """What one run predicted for an image."""

    title: str  # the class in words
    probability: float
    label_probability: float


@dataclass(frozen=True)
class Flip:
    """One image: ``lost`` if only A is right, ``gained`` if only B is."""

    image: str
    kind: str
    label: str
    a: PredictedClass
    b: PredictedClass


@dataclass(frozen=True)
class Flips:
    """All flips of one pair of runs, by letter; what got worse first, the most decisive first."""

    a: str
    b: str
    rows: tuple[Flip, ...]

    def count(self, kind: str) -> int:
        """The number of flips of that kind."""
        return sum(row.kind == kind for row in self.rows)


def flips_of(images: PairedImages, other: int, letters: tuple[str, str]) -> Flips:
    """Flips from the first run to run ``other``; if classes cannot be compared, images that become right or wrong."""
    a, b = images.runs[0], images.runs[other]
    hit_a, hit_b = a.hits(1), b.hits(1)
    flipped = a.top5[:, 0] != b.top5[:, 0] if images.same_classes else hit_a != hit_b
    kinds = np.select([~images.labelled, hit_a & ~hit_b, ~hit_a & hit_b], [3, 0, 1], default=2)
    return Flips(
        *letters,
        tuple(
            Flip(
                image=str(a.names[row]),
                kind=KINDS[kinds[row]],
                label="" if KINDS[kinds[row]] == NO_LABEL else images.order.title(int(a.labels[row])),
                a=_predicted_class(a, row, images.order),
                b=_predicted_class(b, row, images.order),
            )
            for row in _sorted(np.flatnonzero(flipped), kinds, a, b)
        ),
    )


def write_flips(pairs: Iterable[Flips], path: Path) -> None:
    """One row per image and pair; only the heading if there are none."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(("run_a", "run_b", "image", "kind", "label", *_headings("a"), *_headings("b")))
        for pair in pairs:
            for row in pair.rows:
                writer.writerow((pair.a, pair.b, row.image, row.kind, row.label, *_cells(row.a), *_cells(row.b)))


def _headings(run: str) -> tuple[str, str, str]:
    return f"class_{run}", f"probability_{run}", f"label_probability_{run}"


def _sorted(rows: NDArray[np.intp], kinds: NDArray[np.int64], a: Predictions, b: Predictions) -> NDArray[np.intp]:
    # A change matters if both runs are confident, so the lower of the two probabilities decides.
    confidence = np.minimum(a.probabilities[rows, 0], b.probabilities[rows, 0])
    return rows[np.lexsort((-confidence, kinds[rows]))]


def _predicted_class(run: Predictions, row: np.intp, order: ClassOrder) -> PredictedClass:
    return PredictedClass(
        title=order.title(int(run.top5[row, 0])),
        probability=float(run.probabilities[row, 0]),
        label_probability=float(run.label_probabilities[row]),
    )


def _cells(predicted: PredictedClass) -> tuple[str, str, str]:
    label = "" if np.isnan(predicted.label_probability) else f"{predicted.label_probability:.6g}"
    return predicted.title, f"{predicted.probability:.6g}", label
