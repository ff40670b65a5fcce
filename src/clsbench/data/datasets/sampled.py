"""``sample=N seed=S``: N images of a dataset, drawn at random, as many from each class as there can be."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from clsbench.data.dataset import Dataset, Sample, Stored
from clsbench.errors import ConfigError


@dataclass(frozen=True)
class SampledDataset:
    """The images of ``whole`` at ``chosen``, in their order there; satisfies data.dataset.Dataset."""

    whole: Dataset
    chosen: Sequence[int]

    @property
    def name(self) -> str:
        """The whole one's."""
        return self.whole.name

    @cached_property
    def samples(self) -> Sequence[Sample]:
        """The images that were drawn."""
        return tuple(self.whole.samples[index] for index in self.chosen)

    @property
    def classes(self) -> int | None:
        """The whole one's."""
        return self.whole.classes

    @cached_property
    def missing(self) -> Sequence[str]:
        """Names of those that were drawn and are not there."""
        missing = set(self.whole.missing)
        return tuple(sample.name for sample in self.samples if sample.name in missing)

    @cached_property
    def digest(self) -> str:
        """Changes with the whole dataset, and with what was drawn from it."""
        return hashlib.sha256(f"{self.whole.digest} {list(self.chosen)}".encode()).hexdigest()

    @property
    def any_channels(self) -> bool:
        """The whole one's."""
        return self.whole.any_channels

    def read(self, index: int) -> Stored:
        """As the whole one's, of the image that was drawn at ``index``."""
        return self.whole.read(self.chosen[index])


def sampled(whole: Dataset, count: int, seed: int) -> SampledDataset:
    """``count`` images; the same for the same seed. Raises ConfigError where there are fewer."""
    labels = [sample.label for sample in whole.samples]
    if count > len(labels):
        raise ConfigError(f"sample={count}: dataset {whole.name} has {len(labels)} images; give at most as many")
    return SampledDataset(whole, _drawn(labels, count, seed))


def _drawn(labels: Sequence[int | None], count: int, seed: int) -> list[int]:
    # Round after round an image of each class, in a random order of the classes, until there are enough.
    random = np.random.default_rng(seed)
    by_class: dict[int | None, list[int]] = {}
    for index in random.permutation(len(labels)).tolist():
        by_class.setdefault(labels[index], []).append(index)
    classes = list(by_class.values())
    drawn: list[int] = []
    round_ = 0
    while len(drawn) < count:
        left = [of_class[round_] for of_class in classes if round_ < len(of_class)]
        drawn += left[: count - len(drawn)]
        round_ += 1
    return sorted(drawn)
