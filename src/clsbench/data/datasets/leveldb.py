"""``dataset=leveldb``: a LevelDB of Datums, as written by Caffe's convert_imageset with ``-backend leveldb``."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from typing import Any

from clsbench.data.bad_image import BadImageError
from clsbench.data.datasets.datums import DatumDataset, StoredValue, check_limit, indexed
from clsbench.data.datasets.disk import existing_path
from clsbench.errors import ConfigError, DataError

_NO_WHEELS = (3, 13)  # plyvel 1.5.1 has wheels up to Python 3.12 (pypi.org/project/plyvel)


@dataclass(frozen=True)
class LevelDb:
    """``root`` is the database's folder; ``label_order`` and ``first_label`` are as for ``dataset=lmdb``.

    LevelDB lets only one process open a database, and writes a log into its folder.
    """

    root: str | None
    label_order: str | None
    on_bad_image: str
    first_label: int

    def __call__(self, model_label_order: str | None, limit: int | None) -> DatumDataset:
        """The Datums in key order, or only the first ``limit`` of them."""
        check_limit(limit)
        root = existing_path(self.root, "dataset.root")
        if not (root / "CURRENT").is_file():
            raise DataError(f"dataset.root={root} holds no CURRENT; give the folder of a LevelDB")
        database = _Database(root, _opened(root.resolve()))
        return DatumDataset(
            name=f"leveldb:{root.resolve().name}",
            index=indexed(database.stored(limit), self.label_order, model_label_order, self.first_label),
            value=database.value,
            on_bad_image=self.on_bad_image,
        )


@dataclass(frozen=True)
class _Database:
    """An open database; ``keys`` are those that were visited, in order."""

    folder: Path
    opened: Any
    keys: list[bytes] = field(default_factory=list)

    def stored(self, limit: int | None) -> Iterator[StoredValue]:
        """Each key and value."""
        with _errors(self.folder), self.opened.iterator(verify_checksums=True, fill_cache=False) as values:
            for key, value in values:
                if len(self.keys) == limit:
                    break
                self.keys.append(key)
                yield StoredValue(key, len(value), partial(_part, value))

    def value(self, index: int) -> bytes:
        """One value; BadImageError if its block is damaged."""
        try:
            value = self.opened.get(self.keys[index], verify_checksums=True, fill_cache=False)
        except _plyvel().CorruptionError as error:
            raise BadImageError(f"damaged: {error}") from error
        if value is None:
            raise BadImageError("no longer in the database")
        return bytes(value)


def _part(value: bytes, start: int, length: int) -> bytes:
    return value[start : start + length]


@contextmanager
def _errors(folder: Path) -> Iterator[None]:
    try:
        yield
    except _plyvel().Error as error:
        raise DataError(f"{folder}: not a LevelDB, damaged, or open in another process: {error}") from error


@cache  # a process may open a LevelDB only once, and a sweep reads it in every cell
def _opened(folder: Path) -> Any:
    with _errors(folder):
        return _plyvel().DB(str(folder), create_if_missing=False, paranoid_checks=True)


def _plyvel() -> Any:
    try:
        import plyvel  # noqa: PLC0415 - an extra
    except ImportError as error:
        cure = "pip install 'clsbench[data]'"
        if sys.version_info >= _NO_WHEELS:
            cure = "plyvel has no build for this Python; use Python 3.12, or build it with LevelDB's headers"
        raise ConfigError(f"dataset=leveldb: not installed here; {cure}") from error
    return plyvel
