"""The interface of a dataset: named images with the labels that a model should give them."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from clsbench.errors import DataError

# 8-bit pixels, or numbers computed from pixels, (height, width, channel).
Image: TypeAlias = NDArray[np.uint8] | NDArray[np.float32]
# An image file, or what it would be decoded to.
Stored: TypeAlias = bytes | Image


@dataclass(frozen=True, slots=True)
class Sample:
    """One image; ``label`` is its class index in the model's order, None if unknown.

    ``also`` are further right labels.
    """

    name: str
    label: int | None
    also: tuple[int, ...] = ()


class Dataset(Protocol):
    """Images in a fixed order, each readable from any thread."""

    @property
    def name(self) -> str:
        """Its name in reports."""

    @property
    def samples(self) -> Sequence[Sample]:
        """Every image of the run, missing ones included."""

    @property
    def classes(self) -> int | None:
        """The number of classes behind its labels; None if only the model knows."""

    @property
    def missing(self) -> Sequence[str]:
        """Names of samples whose file is missing."""

    @property
    def digest(self) -> str:
        """A sha256 that changes with the images and labels, and does not depend on the model's label order."""

    @property
    def any_channels(self) -> bool:
        """Whether its images may have other channels than files have, which are colour or grey."""

    def read(self, index: int) -> Stored:
        """The image file of one sample, or its pixels or numbers (height, width, channel), BGR, if those are stored.

        Raises BadImageError if it is missing, damaged, or may not be read.
        """


def check_labels(dataset: Dataset, classes: int) -> None:
    """Raises DataError unless a network with that many classes can give every label."""
    if dataset.classes not in (None, classes):
        raise DataError(
            f"dataset {dataset.name} has {dataset.classes} classes, but the model has {classes}; "
            "choose a dataset with the model's classes"
        )
    wrong = (
        sample
        for sample in dataset.samples
        if sample.label is not None and not all(0 <= label < classes for label in (sample.label, *sample.also))
    )
    if first := list(islice(wrong, 3)):
        shown = ", ".join(f"{sample.name} {sample.label}" for sample in first)
        raise DataError(
            f"dataset {dataset.name}: labels outside the model's classes 0..{classes - 1}: {shown}; "
            "correct them, or choose a dataset with the model's classes"
        )
