"""``dataset=folder``: one folder of images per class, named by wnid or by class."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from clsbench.data.datasets.disk import contents, existing_path, size_of
from clsbench.data.datasets.file_dataset import Entry, FileDataset, first
from clsbench.data.label_order import ILSVRC2012, class_indices
from clsbench.errors import DataError

log = logging.getLogger(__name__)

SUFFIXES = (".bmp", ".gif", ".jp2", ".jpe", ".jpeg", ".jpg", ".pgm", ".png", ".pnm", ".ppm", ".tif", ".tiff", ".webp")


@dataclass(frozen=True)
class ClassFolders:
    """``name`` is the dataset's name in reports; None means ``folder:`` and the folder's own name.

    If all folders are named by ImageNet's wnids and the model has ImageNet's classes, those are the labels. Otherwise a
    folder's place among the sorted names is its class index, with numbers sorted as numbers.
    """

    root: str | None
    name: str | None
    on_bad_image: str

    def __call__(self, model_label_order: str | None, limit: int | None) -> FileDataset:
        """The images class by class, or only the first ``limit`` of them."""
        root = existing_path(self.root, "dataset.root")
        folders = contents(root).folders
        if not folders:
            raise DataError(
                f"dataset.root={root} holds no folders; give one with a folder per class, or use dataset=list"
            )
        labels = _wnid_labels(root, folders, model_label_order) or _sorted_labels(root, folders)
        names = sorted(folders, key=lambda folder: labels[folder])
        return FileDataset(
            name=self.name or f"folder:{root.resolve().name}",
            entries=first(tuple(_entries(root, names)), limit),
            label_of=labels.__getitem__,
            classes=len(labels),
            on_bad_image=self.on_bad_image,
        )


def _wnid_labels(root: Path, folders: Sequence[str], model_label_order: str | None) -> Mapping[str, int] | None:
    known = class_indices(ILSVRC2012).keys()
    others = [folder for folder in folders if folder not in known]
    if model_label_order is None or len(others) == len(folders):
        return None
    if others:
        raise DataError(
            f"dataset.root={root}: {others[0]} is not a wnid of ImageNet's 1,000 classes, but other folders are; "
            "move it elsewhere, or use dataset=list"
        )
    return class_indices(model_label_order)


def _sorted_labels(root: Path, folders: Sequence[str]) -> Mapping[str, int]:
    if not all(folder.isascii() and folder.isdecimal() for folder in folders):
        return {folder: label for label, folder in enumerate(sorted(folders))}
    numbers = sorted(map(int, folders))
    # With a gap, every later class would get its neighbour's label.
    if numbers[0] > 1 or numbers != list(range(numbers[0], numbers[0] + len(numbers))):
        raise DataError(
            f"dataset.root={root}: folders named by number must count from 0 or 1 without a gap, but are "
            f"{len(numbers)} between {numbers[0]} and {numbers[-1]}; add the empty ones, or use dataset=list"
        )
    return {folder: label for label, folder in enumerate(sorted(folders, key=int))}


def _entries(root: Path, folders: Sequence[str]) -> Iterator[Entry]:
    others = []
    for folder in folders:
        inside = contents(root / folder)
        others += [f"{folder}/{name}" for name in inside.folders]
        for name in inside.files:
            if Path(name).suffix.lower() in SUFFIXES:
                file = str(root / folder / name)
                yield Entry(f"{folder}/{name}", folder, file, offset=0, size=size_of(file))
            else:
                others.append(f"{folder}/{name}")
    if others:
        log.warning("%s: left out %d files or folders that are not images, first %s", root, len(others), others[0])
