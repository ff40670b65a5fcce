"""``dataset=list``: a text file with one line ``path label`` per image."""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from clsbench.data.class_names import read_class_names, spellings
from clsbench.data.datasets.disk import existing_path, size_of
from clsbench.data.datasets.file_dataset import Entry, FileDataset, first
from clsbench.data.datasets.labels import category_of, labels_by_category
from clsbench.data.label_order import wnids
from clsbench.errors import DataError

_MOST_DIGITS = 18  # of a label; Python converts at most 4,300 to a number


@dataclass(frozen=True)
class ImageList:
    """``list`` names the images below ``root``; ``label_order`` says what its labels mean.

    ilsvrc2012 and ilsvrc2015 are mapped to the model's order; None means class indices of the model itself. A label may
    also be a wnid or, with ``classes`` (a file of the model's classes), a class name. The first class has the number
    ``first_label``.
    """

    root: str | None
    list: str | None
    label_order: str | None
    on_bad_image: str
    classes: str | None
    first_label: int

    def __call__(self, model_label_order: str | None, limit: int | None) -> FileDataset:
        """The images in the list's order, or only the first ``limit`` of them."""
        root, file = existing_path(self.root, "dataset.root"), existing_path(self.list, "dataset.list")
        names = read_class_names(self.classes) if self.classes else None
        label_of, classes = labels_by_category(self.label_order if names is None else None, model_label_order)
        lines = first(tuple(_lines(file, _Labels(self.label_order, names, self.first_label))), limit)
        paths = [os.path.join(root, name) for name, _ in lines]  # noqa: PTH118 - a Path each takes ten times as long
        return FileDataset(
            name=f"list:{file.stem}",
            entries=[
                Entry(name, category, path, offset=0, size=size_of(path))
                for (name, category), path in zip(lines, paths, strict=True)
            ],
            label_of=label_of,
            classes=classes if names is None else len(names),
            on_bad_image=self.on_bad_image,
        )


@dataclass(frozen=True)
class _Labels:
    """The meaning of the labels in a list: class indices of ``label_order``, wnids, or the ``names`` of classes."""

    label_order: str | None
    names: Sequence[str] | None
    first_label: int

    @cached_property
    def spelled(self) -> Mapping[str, str]:
        """The category of each name that can be a label."""
        if self.names is not None:
            return {spelling: str(index) for spelling, index in spellings(self.names).items()}
        return {wnid: wnid for wnid in wnids(self.label_order)} if self.label_order else {}

    @cached_property
    def longest(self) -> int:
        """The number of words in the longest label."""
        return max((len(label.split()) for label in self.spelled), default=1)

    def split(self, line: str, place: str) -> tuple[str, str]:
        """Path and category; both may contain spaces: the longest ending that is a label separates them."""
        words = line.split()
        for count in range(min(self.longest, len(words) - 1), 0, -1):
            label = " ".join(words[-count:])
            path = line.strip().rsplit(maxsplit=count)[0].strip()
            if label in self.spelled:
                return path, self.spelled[label]
            if count == 1 and label.isascii() and label.isdecimal() and len(label) <= _MOST_DIGITS:
                return path, self._of_index(int(label), place)
        kind = "an index, a wnid or a name of dataset.classes" if self.names else "a class index"
        raise DataError(f"{place}: {line.strip()!r} is not a path and {kind}, as in 'some/image.jpg 281'")

    def _of_index(self, label: int, place: str) -> str:
        if self.names is None:
            return category_of(place, label, self.label_order, self.first_label)
        index = label - self.first_label
        if 0 <= index < len(self.names):
            return str(index)
        raise DataError(f"{place}: label {label} is not a class of dataset.classes (0..{len(self.names) - 1})")


def _lines(file: Path, labels: _Labels) -> Iterator[tuple[str, str]]:
    seen: dict[str, int] = {}
    for number, line in enumerate(_text(file).split("\n"), start=1):
        if not line.strip():
            continue
        name, category = labels.split(line, f"{file}:{number}")
        if (earlier := seen.setdefault(os.path.normpath(name), number)) != number:
            raise DataError(f"{file}:{number}: {name} is already in line {earlier}; remove one of them")
        yield name, category


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(
            f"dataset.list={file} cannot be read as UTF-8 text: {error}; give a list of 'path label'"
        ) from error
