"""The dataset behind all kinds of files: entries in files, or in one archive, with the meaning of their labels."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar, NamedTuple, TypeVar

from clsbench.data.bad_image import BadImageError
from clsbench.data.dataset import Sample
from clsbench.data.datasets.disk import read_bytes
from clsbench.errors import ConfigError, DataError

Item = TypeVar("Item")


class Entry(NamedTuple):
    """An image before a model is known: ``category`` is a wnid, a folder's name, or a class index as text."""

    name: str
    category: str
    file: str
    offset: int  # in bytes; 0 except for a member of an archive
    size: int | None  # in bytes; None if the file is missing


@dataclass(frozen=True)
class FileDataset:
    """``entries`` labelled for one model; satisfies data.dataset.Dataset.

    ``label_of`` turns a category into the model's class index. ``on_bad_image=stop`` refuses missing files at once.
    ``count`` leaves them to be counted, but refuses a dataset without any file.
    """

    name: str
    entries: Sequence[Entry]
    label_of: Callable[[str], int]
    classes: int | None
    on_bad_image: str
    any_channels: ClassVar[bool] = False

    def __post_init__(self) -> None:
        if self.on_bad_image not in ("count", "stop"):
            raise ConfigError(f"dataset.on_bad_image={self.on_bad_image}: give count or stop")
        if not self.entries:
            raise DataError(f"dataset {self.name} has no images; check dataset.root")
        self._check_missing()
        for entry in self.entries:
            if not _is_unicode(entry.name):
                raise DataError(f"dataset {self.name}: the file name {entry.name!r} is not UTF-8; rename the file")

    @cached_property
    def samples(self) -> tuple[Sample, ...]:
        """The entries as the model sees them."""
        return tuple(Sample(entry.name, self.label_of(entry.category)) for entry in self.entries)

    @cached_property
    def missing(self) -> tuple[str, ...]:
        """Names of entries without a file."""
        return tuple(entry.name for entry in self.entries if entry.size is None)

    @cached_property
    def digest(self) -> str:
        """The sha256 of name, category and size in bytes, one line each: hashing the pixels would take minutes."""
        sha256 = hashlib.sha256()
        for entry in self.entries:
            sha256.update(f"{entry.name}\t{entry.category}\t{entry.size}\n".encode())
        return sha256.hexdigest()

    def read(self, index: int) -> bytes:
        """The bytes of one entry, read through a separate file handle, so that threads do not interfere."""
        entry = self.entries[index]
        if entry.size is None:
            raise BadImageError("missing file")
        try:
            return read_bytes(entry.file, entry.offset, entry.size)
        except FileNotFoundError as error:
            raise BadImageError("missing file") from error
        except PermissionError as error:
            raise BadImageError("permission denied") from error
        except OSError as error:
            raise DataError(f"{entry.file}: {error.strerror}; the disk or network failed, run again") from error

    def _check_missing(self) -> None:
        if not self.missing or (self.on_bad_image == "count" and len(self.missing) < len(self.entries)):
            return
        shown = ", ".join(self.missing[:3])
        first_file = next(entry.file for entry in self.entries if entry.size is None)
        raise DataError(
            f"dataset {self.name}: {len(self.missing)} of {len(self.entries)} files are missing: {shown} ... "
            f"(looked for {first_file}); correct dataset.root, or restore the files"
        )


def first(items: Sequence[Item], limit: int | None) -> Sequence[Item]:
    """The first ``limit`` items; all of them if it is None or larger than their number."""
    if limit is not None and limit < 1:
        raise ConfigError(f"limit={limit}: give 1 or more, or null for every image")
    return items[:limit]


def _is_unicode(name: str) -> bool:
    # Bytes of a file name that are not UTF-8 become lone surrogates, which no report could be written with.
    return name.isascii() or not any("\ud800" <= character <= "\udfff" for character in name)
