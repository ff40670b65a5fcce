"""``sample=N seed=S``: N images of a dataset, drawn at random, with equal numbers from each class if possible."""

from collections.abc import Sequence

import numpy as np

from clsbench.data.dataset import Dataset
from clsbench.data.datasets.part import PartOfDataset, part_of
from clsbench.errors import ConfigError


def sampled(whole: Dataset, count: int, seed: int) -> PartOfDataset:
    """``count`` images; the same for the same seed. Raises ConfigError if there are fewer."""
    labels = [sample.label for sample in whole.samples]
    if count > len(labels):
        raise ConfigError(f"sample={count}: dataset {whole.name} has {len(labels)} images; give at most as many")
    return part_of(whole, _drawn(labels, count, seed))


def _drawn(labels: Sequence[int | None], count: int, seed: int) -> list[int]:
    # In each round one image per class, with the classes in random order, until there are enough.
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
