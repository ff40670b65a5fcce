"""``dataset=lmdb``: a database of Datums as Caffe's convert_imageset writes it, read in place."""

import subprocess
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
from clsbench.data.datasets.mapped_pages import MappedPages
from clsbench.errors import ConfigError, DataError

# py-lmdb opens a file only once in a process, and a sweep reads it in every cell.
_environments: dict[Path, tuple[tuple[int, int, int], Any]] = {}

# Every page, and both ends of every value, as _Database reads them, for as many entries as will be visited.
_WALK = """
import sys
import lmdb

most = int(sys.argv[2])
opened = lmdb.open(sys.argv[1], subdir=False, readonly=True, lock=False, readahead=False)
with opened.begin(buffers=True) as transaction:
    count = 0
    for key, value in transaction.cursor():
        bytes(value[:1]), bytes(value[-1:])
        found = transaction.get(key)
        if found is None or len(found) != len(value):
            sys.exit("a key is not found where the pages have it")
        count += 1
        if count == most:
            sys.exit()
    if count != transaction.stat()["entries"]:
        sys.exit(f"{count} entries instead of {transaction.stat()['entries']}")
"""


@dataclass(frozen=True)
class Lmdb:
    """``root`` is the folder that contains data.mdb, or the file itself.

    ``label_order`` says what the Datums' labels mean: ilsvrc2012 and ilsvrc2015 are mapped to the model's order; None
    means class indices of the model itself. The first class has the number ``first_label``.
    """

    root: str | None
    label_order: str | None
    on_bad_image: str
    first_label: int

    def __call__(self, model_label_order: str | None, limit: int | None) -> DatumDataset:
        """The Datums in key order, or only the first ``limit`` of them."""
        check_limit(limit)
        root = existing_path(self.root, "dataset.root")
        file = root / "data.mdb" if root.is_dir() else root
        if not file.is_file():
            raise DataError(f"dataset.root={root} holds no data.mdb; give the folder of an LMDB")
        database = _Database(file, _opened(file, limit))
        return DatumDataset(
            name=f"lmdb:{(root if root.is_dir() else root.parent).resolve().name}",
            index=indexed(database.stored(limit), self.label_order, model_label_order, self.first_label),
            value=database.value,
            on_bad_image=self.on_bad_image,
        )


@dataclass(frozen=True)
class _Database:
    """An open database; ``keys`` are those that were visited, in order."""

    file: Path
    opened: Any
    keys: list[bytes] = field(default_factory=list)
    pages: MappedPages = field(default_factory=MappedPages)

    def stored(self, limit: int | None) -> Iterator[StoredValue]:
        """Each key and value; the bytes are valid until the next one is requested."""
        with self._errors(), self.opened.begin(buffers=True) as transaction:
            for key, value in transaction.cursor():
                if len(self.keys) == limit:
                    break
                self.keys.append(bytes(key))
                yield StoredValue(self.keys[-1], len(value), partial(_part, value))
                if len(value):
                    self.pages.seen(value)
        self.pages.release()

    def value(self, index: int) -> bytes:
        """A copy of one value, through a separate transaction, so that threads do not interfere."""
        with self._errors(), self.opened.begin(buffers=True) as transaction:
            value = transaction.get(self.keys[index])
            if value is None:
                raise BadImageError("no longer found: a page of the database is damaged")
            copy = bytes(value)
            if copy:
                self.pages.seen(value)
        return copy

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except _lmdb().Error as error:
            raise DataError(f"{self.file}: damaged: {error}; create it again") from error


def _part(value: memoryview, start: int, length: int) -> bytes:
    return bytes(value[start : start + length])


def _opened(file: Path, limit: int | None) -> Any:
    status = file.stat()
    path, identity = file.resolve(), (status.st_ino, status.st_size, status.st_mtime_ns)
    if path in _environments and _environments[path][0] != identity:
        del _environments[path]  # closed, unless a dataset of the old file is still in use
    if path not in _environments:
        _environments[path] = identity, _environment(path, status.st_size)
    try:
        _check_pages(path, identity, 0 if limit is None else limit + 1)  # a cursor left stands on the next one
    except DataError:
        del _environments[path]
        raise
    return _environments[path][1]


def _environment(file: Path, size: int) -> Any:
    lmdb = _lmdb()
    try:
        # Without a lock: others may read it too, on a read-only disk.
        opened = lmdb.open(str(file), subdir=False, readonly=True, lock=False, readahead=False, max_spare_txns=64)
        needed = (opened.info()["last_pgno"] + 1) * opened.stat()["psize"]
    except (lmdb.Error, OSError) as error:
        raise DataError(
            f"{file}: not an LMDB, damaged, or from another architecture: {error}; create it again here"
        ) from error
    if needed > size:  # LMDB maps the file, and reading past its end would end the process
        opened.close()
        raise DataError(f"{file}: truncated: {size:,} bytes of at least {needed:,}; copy it again")
    return opened


@cache
def _check_pages(file: Path, _identity: tuple[int, int, int], most: int) -> None:
    """Raises DataError if a page is damaged: liblmdb trusts what it maps, so a child process takes the risk.

    ``most`` entries are visited, or all if it is 0.
    """
    command = [sys.executable, "-I", "-c", _WALK, str(file), str(most)]
    walked = subprocess.run(command, capture_output=True, text=True, check=False)
    if walked.returncode:
        said = (walked.stderr.strip().splitlines() or ["a page points beyond the end of the file"])[-1]
        raise DataError(f"{file}: damaged: {said}; create it again")


def _lmdb() -> Any:
    try:
        import lmdb  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise ConfigError("dataset=lmdb: not installed here; pip install 'clsbench[data]'") from error
    return lmdb
