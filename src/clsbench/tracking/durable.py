"""Files that are intact after a crash at any moment, and a folder's lock, which ends with the process."""

import errno
import fcntl
import os
import shutil
from pathlib import Path


def append_line(path: Path, line: str) -> None:
    """Appends a line and syncs it to disk. Raises OSError, and then the file is as before."""
    data = (line + "\n").encode()
    opened = os.open(path, os.O_WRONLY | os.O_APPEND)
    try:
        before = os.fstat(opened).st_size
        # One call per line, so that neither a signal nor the end of the process leaves half a line.
        if os.write(opened, data) != len(data):
            os.ftruncate(opened, before)
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
        os.fsync(opened)
    finally:
        os.close(opened)


def copy_into(source: Path, folder: Path) -> Path:
    """A new folder in ``folder`` with a copy of the file, or of everything in the folder ``source``."""
    folder.mkdir(exist_ok=True)
    name = f"{len(list(folder.iterdir())):04d}"
    unfinished = folder / f"{name}.part"
    if source.is_dir():
        shutil.copytree(source, unfinished)
    else:
        unfinished.mkdir()
        shutil.copy2(source, unfinished)
    for path in unfinished.rglob("*"):
        flush(path)
    target = unfinished.rename(folder / name)
    flush(folder)
    return target


def flush(path: Path) -> None:
    """Syncs a file's content, or a folder's names, to disk."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def lock_folder(folder: Path) -> int | None:
    """An open file that holds the folder's lock until closed; None if the lock is held, or the folder is gone."""
    try:
        lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        return None
    return lock
