"""A dataset whose images come decoded and resized, from the disk where an earlier run has kept them."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from clsbench.data.bad_image import BadImageError
from clsbench.data.dataset import Dataset, Image, Sample, Stored
from clsbench.data.datasets.file_dataset import Entry, FileDataset
from clsbench.data.datasets.part import PartOfDataset
from clsbench.data.prepared.images import PreparedImages


@dataclass(frozen=True)
class PreparedDataset:
    """Satisfies data.dataset.Dataset: ``whole``, each image as ``resized`` makes it of what is stored."""

    whole: Dataset
    resized: Callable[[Stored], Image]
    images: PreparedImages

    @property
    def name(self) -> str:
        """The whole one's."""
        return self.whole.name

    @property
    def samples(self) -> Sequence[Sample]:
        """The whole one's."""
        return self.whole.samples

    @property
    def classes(self) -> int | None:
        """The whole one's."""
        return self.whole.classes

    @property
    def missing(self) -> Sequence[str]:
        """The whole one's."""
        return self.whole.missing

    @property
    def digest(self) -> str:
        """The whole one's: the images are the same to the bit."""
        return self.whole.digest

    @property
    def any_channels(self) -> bool:
        """The whole one's."""
        return self.whole.any_channels

    def read(self, index: int) -> Image:
        """The resized image (height, width, channel), BGR or grey. Raises BadImageError."""
        stamp = _stamp(self.whole, index)
        if stamp and (found := self.images.read(index, stamp)) is not None:
            return found
        try:
            image = self.resized(self.whole.read(index))
        except BadImageError:
            self.images.keep(index, stamp, None)
            raise
        self.images.keep(index, stamp, image if image.dtype == np.uint8 and stamp else None)  # type: ignore[arg-type]
        return image


def lies_in_files(dataset: Dataset) -> bool:
    """Whether its images are files, which take long to decode, and tell when they were written."""
    while isinstance(dataset, PartOfDataset):
        dataset = dataset.whole
    return isinstance(dataset, FileDataset)


def _whole(dataset: Dataset, index: int) -> tuple[Dataset, int]:
    if isinstance(dataset, PartOfDataset):
        return _whole(dataset.whole, dataset.chosen[index])
    return dataset, index


def _stamp(dataset: Dataset, index: int) -> str:
    """What changes with an image's file; empty where there is none."""
    whole, index = _whole(dataset, index)
    assert isinstance(whole, FileDataset)
    entry: Entry = whole.entries[index]
    try:
        status = os.stat(entry.file)  # noqa: PTH116 - a Path for each of 50,000 files takes longer than the call itself
    except OSError:
        return ""
    return f"{status.st_mtime_ns} {status.st_size} {entry.offset} {entry.size}"
