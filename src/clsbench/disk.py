"""Disk errors in one line: what cannot be written, how much is needed and free, and which override moves it."""

import errno
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from clsbench.errors import DiskError

_FULL = {errno.ENOSPC, errno.EDQUOT}
_REFUSED = _FULL | {errno.EROFS, errno.EACCES, errno.EPERM, errno.ENOTDIR, errno.ENAMETOOLONG, errno.EIO}
_MIB = 2**20

OUTPUTS, CACHE, OUTPUT = "paths.outputs", "paths.cache", "task.output"
_HOLDS = {OUTPUTS: "runs and what was evaluated so far", CACHE: "converted networks", OUTPUT: "of an export"}


@contextmanager
def disk_errors(places: Mapping[str, Path] | None = None) -> Iterator[None]:
    """Within the block, disk failures become DiskErrors; any other OSError is a bug of ours and is passed on.

    ``places``: the folders that overrides name. The one that contains the file is the cure.
    """
    try:
        yield
    except DiskError as error:
        if error.path is None:  # it names its own cure
            raise
        raise DiskError(f"{error}; {_cure(error.path, places or {})}") from error
    except OSError as error:
        if error.errno not in _REFUSED:
            raise
        path = Path(str(error.filename)) if error.filename else None
        raise DiskError(f"{_reason(error, path)}; {_cure(path, places or {})}") from error


@contextmanager
def room_for(path: Path, needed: int | None) -> Iterator[None]:
    """Within the block, ``path`` is written. Raises DiskError with the bytes needed and the bytes free.

    If ``needed`` is known and less is free, nothing is written.
    """
    if needed is not None and (free := _free(path)) is not None and free < needed:
        raise DiskError(_no_room(path, needed), path)
    try:
        yield
    except OSError as error:
        if error.errno not in _FULL:
            raise
        raise DiskError(_no_room(path, needed), path) from error


def _reason(error: OSError, path: Path | None) -> str:
    if error.errno in _FULL:
        return _no_room(path, None) if path else "cannot be written: no space left on the disk"
    return f"{path}: cannot be used: {error.strerror}" if path else f"cannot be used: {error.strerror}"


def _no_room(path: Path, needed: int | None) -> str:
    needs = f": it needs {_mib(needed)}" if needed is not None else ""
    free = _free(path)
    there = f", {_mib(free)} are free" if free is not None else ""
    return f"{path}: cannot be written{needs}: no space left on the disk{there}"


def _cure(path: Path | None, places: Mapping[str, Path]) -> str:
    holding = [key for key, folder in places.items() if path and path.absolute().is_relative_to(folder.absolute())]
    if holding:
        key = max(holding, key=lambda each: len(places[each].absolute().parts))
        return f"make room, or give another folder as {key}=FOLDER ({_HOLDS[key]})"
    *most, last = (f"{key}=FOLDER ({holds}{_room_in(places.get(key))})" for key, holds in _HOLDS.items())
    return f"make room, or give another folder as {', '.join(most)} or {last}"


def _room_in(folder: Path | None) -> str:
    free = _free(folder) if folder else None
    return f"; {_mib(free)} free" if free is not None else ""


def _free(path: Path) -> int | None:
    """Free bytes at the location of ``path``, now or in future; None if the system does not say."""
    there = next((each for each in (path.absolute(), *path.absolute().parents) if each.exists()), None)
    try:
        return shutil.disk_usage(there).free if there else None
    except OSError:
        return None


def _mib(count: int) -> str:
    return f"{count / _MIB:,.1f} MiB"
