"""Some images of a dataset: a sample, those of some classes, or all with other labels."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from clsbench.data.dataset import Dataset, Sample, Stored


@dataclass(frozen=True)
class PartOfDataset:
    """The images of ``whole`` at ``chosen``, as described by ``samples``; satisfies data.dataset.Dataset."""

    whole: Dataset
    name: str
    chosen: Sequence[int]
    samples: Sequence[Sample]

    @property
    def classes(self) -> int | None:
        """As in the whole dataset."""
        return self.whole.classes

    @property
    def any_channels(self) -> bool:
        """As in the whole dataset."""
        return self.whole.any_channels

    @cached_property
    def missing(self) -> Sequence[str]:
        """Names of the remaining images that are missing."""
        missing = set(self.whole.missing)
        return tuple(sample.name for sample in self.samples if sample.name in missing)

    @cached_property
    def digest(self) -> str:
        """Changes with the whole dataset, the remaining images, and their labels if those differ."""
        identity = f"{self.whole.digest} {list(self.chosen)}"
        if tuple(self.samples) != tuple(self.whole.samples[index] for index in self.chosen):
            identity += f" {[(sample.label, *sample.also) for sample in self.samples]}"
        return hashlib.sha256(identity.encode()).hexdigest()

    def read(self, index: int) -> Stored:
        """Reads the image at ``index`` here, like the whole dataset."""
        return self.whole.read(self.chosen[index])


def part_of(whole: Dataset, chosen: Sequence[int]) -> PartOfDataset:
    """The images at ``chosen``, with their own labels."""
    return PartOfDataset(whole, whole.name, chosen, tuple(whole.samples[index] for index in chosen))
