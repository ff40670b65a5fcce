"""Images without a meaning: a text file with a line ``path`` or ``path label`` for each; the label is any word."""

import os
from collections.abc import Sequence
from pathlib import Path

from clsbench.data.dataset import Dataset
from clsbench.data.datasets.disk import size_of
from clsbench.data.datasets.file_dataset import Entry, FileDataset
from clsbench.data.datasets.part import PartOfDataset
from clsbench.errors import DataError


def image_files(root: Path, file: Path, key: str) -> FileDataset:
    """The images that ``file`` names below ``root``; those with the same word are one class.

    Raises DataError; ``key`` names the file in it.
    """
    try:
        lines = [line.strip() for line in file.read_text("utf-8-sig").split("\n")]
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{key}={file} cannot be read as UTF-8 text: {error}; give a list of images") from error
    entries = [_entry(root, line) for line in lines if line]
    classes = {category: index for index, category in enumerate(dict.fromkeys(entry.category for entry in entries))}
    return FileDataset(f"list:{file.stem}", entries, classes.__getitem__, None, on_bad_image="count")


def files_of(dataset: Dataset) -> Sequence[str]:
    """The paths of the dataset's images; none if they are not separate files."""
    if isinstance(dataset, PartOfDataset):
        whole = files_of(dataset.whole)
        return [whole[index] for index in dataset.chosen] if whole else ()
    if isinstance(dataset, FileDataset) and not any(entry.offset for entry in dataset.entries):
        return [os.path.realpath(entry.file) for entry in dataset.entries]
    return ()


def _entry(root: Path, line: str) -> Entry:
    # A path may contain spaces: whether the last word is a label depends on which file exists.
    path, _, label = line.rpartition(" ")
    whole = os.path.join(root, line)  # noqa: PTH118 - a Path each takes ten times as long
    if not path or (size := size_of(whole)) is not None:
        return Entry(line, "", whole, 0, size_of(whole) if not path else size)
    part = os.path.join(root, path.strip())  # noqa: PTH118
    return Entry(path.strip(), label, part, 0, size_of(part))
