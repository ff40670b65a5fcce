"""Some images of a dataset: a sample, those of some classes, or all with other labels."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from clsbench.data.dataset import Dataset, Sample, Stored


@dataclass(frozen=True)
class PartOfDataset:
    """The images of ``whole`` at ``chosen``, as ``samples`` say; satisfies data.dataset.Dataset."""

    whole: Dataset
    name: str
    chosen: Sequence[int]
    samples: Sequence[Sample]

    @property
    def classes(self) -> int | None:
        """The whole one's."""
        return self.whole.classes

    @property
    def any_channels(self) -> bool:
        """The whole one's."""
        return self.whole.any_channels

    @cached_property
    def missing(self) -> Sequence[str]:
        """Names of those that are left and are not there."""
        missing = set(self.whole.missing)
        return tuple(sample.name for sample in self.samples if sample.name in missing)

    @cached_property
    def digest(self) -> str:
        """Changes with the whole dataset, the images that are left, and their labels where those are others."""
        identity = f"{self.whole.digest} {list(self.chosen)}"
        if tuple(self.samples) != tuple(self.whole.samples[index] for index in self.chosen):
            identity += f" {[(sample.label, *sample.also) for sample in self.samples]}"
        return hashlib.sha256(identity.encode()).hexdigest()

    def read(self, index: int) -> Stored:
        """As the whole one's, of the image at ``index`` here."""
        return self.whole.read(self.chosen[index])


def part_of(whole: Dataset, chosen: Sequence[int]) -> PartOfDataset:
    """The images at ``chosen``, with their own labels."""
    return PartOfDataset(whole, whole.name, chosen, tuple(whole.samples[index] for index in chosen))
