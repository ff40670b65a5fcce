"""How far an engine's scores are from the reference's: flips of the best class, and differences of probabilities."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from clsbench.agree.saturation import second_largest
from clsbench.evaluation.top_k import top_k


@dataclass(frozen=True)
class Flip:
    """An image with a different best class; a margin is the lead of the own best class over the other's."""

    image: str
    label: str
    reference_class: int
    engine_class: int
    reference_margin: float
    engine_margin: float


@dataclass
class Comparison:
    """One engine against the reference, over the images so far."""

    label: str
    images: int = 0
    max_abs_diff: float = 0.0
    worst_image: str = ""
    largest_second: float = 0.0  # of the reference, over all images
    flips: list[Flip] = field(default_factory=list)
    _sum: float = 0.0
    _scores: int = 0

    def add(self, image: str, reference: NDArray[np.float32], scores: NDArray[np.float32]) -> None:
        """Counts one image by its scores (class,), which must be finite."""
        apart = np.abs(scores.astype(np.float64) - reference)
        self.images += 1
        self.largest_second = max(self.largest_second, second_largest(reference))
        self._sum += float(apart.sum())
        self._scores += apart.size
        if not self.worst_image or apart.max() > self.max_abs_diff:
            self.max_abs_diff, self.worst_image = float(apart.max()), image
        theirs, ours = int(top_k(reference, 1)[0]), int(top_k(scores, 1)[0])
        if theirs != ours:
            margins = float(reference[theirs] - reference[ours]), float(scores[ours] - scores[theirs])
            self.flips.append(Flip(image, self.label, theirs, ours, *margins))

    @property
    def mean_abs_diff(self) -> float:
        """Over all images and classes."""
        return self._sum / self._scores if self._scores else 0.0

    def saturated(self, tolerance: float) -> bool:
        """Whether no image has a score above ``tolerance`` besides its best: such scores tell nothing apart."""
        return self.images > 0 and self.largest_second <= tolerance

    def agrees(self, tolerance: float) -> bool:
        """Whether no score of any image differs by more than the tolerance."""
        return self.max_abs_diff <= tolerance

    def metrics(self) -> dict[str, float]:
        """Values by metric name."""
        return {
            f"top1_flips_{self.label}": len(self.flips),
            f"max_abs_diff_{self.label}": self.max_abs_diff,
            f"mean_abs_diff_{self.label}": self.mean_abs_diff,
        }
