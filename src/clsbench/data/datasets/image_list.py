"""``dataset=list``: a text file with a line ``path label`` for each image."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from clsbench.data.datasets.disk import existing_path, size_of
from clsbench.data.datasets.file_dataset import Entry, FileDataset, first
from clsbench.data.datasets.labels import labels_by_category
from clsbench.data.label_order import wnids
from clsbench.errors import DataError


@dataclass(frozen=True)
class ImageList:
    """``list`` names the images below ``root``; ``label_order`` says what its labels are.

    ilsvrc2012 and ilsvrc2015 are mapped to the model's order; None are class indices of the model's own.
    """

    root: str | None
    list: str | None
    label_order: str | None
    on_bad_image: str

    def __call__(self, model_label_order: str | None, limit: int | None) -> FileDataset:
        """The images in the list's order, or the first ``limit`` of them."""
        root, file = existing_path(self.root, "dataset.root"), existing_path(self.list, "dataset.list")
        label_of, classes = labels_by_category(self.label_order, model_label_order)
        lines = first(tuple(_lines(file, self.label_order)), limit)
        paths = [os.path.join(root, name) for name, _ in lines]  # noqa: PTH118 - a Path each takes ten times as long
        return FileDataset(
            name=f"list:{file.stem}",
            entries=[
                Entry(name, category, path, offset=0, size=size_of(path))
                for (name, category), path in zip(lines, paths, strict=True)
            ],
            label_of=label_of,
            classes=classes,
            on_bad_image=self.on_bad_image,
        )


def _lines(file: Path, label_order: str | None) -> Iterator[tuple[str, str]]:
    classes = None if label_order is None else wnids(label_order)
    seen: dict[str, int] = {}
    for number, line in enumerate(_text(file).split("\n"), start=1):
        if not line.strip():
            continue
        name, label = _split(line, f"{file}:{number}")
        if (earlier := seen.setdefault(os.path.normpath(name), number)) != number:
            raise DataError(f"{file}:{number}: {name} is already in line {earlier}; remove one of them")
        if classes is None:
            yield name, str(label)
        elif label < len(classes):
            yield name, classes[label]
        else:
            raise DataError(f"{file}:{number}: label {label} is not a class of {label_order} (0..{len(classes) - 1})")


def _split(line: str, place: str) -> tuple[str, int]:
    # A path may hold spaces, a label cannot: the last space divides them.
    parts = line.rsplit(maxsplit=1)
    if len(parts) != 2 or not (parts[1].isascii() and parts[1].isdecimal()):
        raise DataError(f"{place}: {line.strip()!r} is not a path and a class index, as in 'some/image.jpg 281'")
    return parts[0].strip(), int(parts[1])


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(
            f"dataset.list={file} cannot be read as UTF-8 text: {error}; give a list of 'path label'"
        ) from error
