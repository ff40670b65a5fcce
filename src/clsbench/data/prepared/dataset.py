"""A dataset whose images come decoded and resized from the disk, where an earlier run stored them."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray

from clsbench.data.bad_image import BadImageError
from clsbench.data.dataset import Dataset, Image, Stored
from clsbench.data.datasets.file_dataset import Entry, FileDataset
from clsbench.data.datasets.part import PartOfDataset
from clsbench.data.datasets.wrapped import WrappedDataset
from clsbench.data.prepared.images import PreparedImages


@dataclass(frozen=True)
class PreparedDataset(WrappedDataset):
    """Satisfies data.dataset.Dataset: ``whole``, with each image made by ``resized`` from what is stored."""

    whole: Dataset
    resized: Callable[[Stored], Image]
    images: PreparedImages

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
        assert image.dtype == np.uint8  # as files are decoded
        self.images.keep(index, stamp, cast(NDArray[np.uint8], image))
        return image


def lies_in_files(dataset: Dataset) -> bool:
    """Whether its images are files, which take long to decode and have a modification time."""
    while isinstance(dataset, PartOfDataset):
        dataset = dataset.whole
    return isinstance(dataset, FileDataset)


def _whole(dataset: Dataset, index: int) -> tuple[Dataset, int]:
    if isinstance(dataset, PartOfDataset):
        return _whole(dataset.whole, dataset.chosen[index])
    return dataset, index


def _stamp(dataset: Dataset, index: int) -> str:
    """A value that changes with an image's file; empty if there is none."""
    whole, index = _whole(dataset, index)
    assert isinstance(whole, FileDataset)
    entry: Entry = whole.entries[index]
    try:
        status = os.stat(entry.file)  # noqa: PTH116 - a Path for each of 50,000 files takes longer than the call itself
    except OSError:
        return ""
    return f"{status.st_mtime_ns} {status.st_size} {entry.offset} {entry.size}"
