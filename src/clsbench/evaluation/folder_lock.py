"""A folder that belongs to one process at a time; the system releases it however that process ends."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from clsbench.errors import BusyError
from clsbench.tracking.process_identity import host

LOCK = "lock"
_ATTEMPTS = 100  # each fails only if the folder's last owner removes it in the same microseconds


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Within the block, the folder belongs to this process; it is made if missing, and removed if left empty.

    Raises BusyError if another process has it, and OSError if it cannot be made or its file system has no locks.
    """
    descriptor = _taken(folder)
    try:
        yield
    finally:
        # Still under the lock: a process that opened the file meanwhile finds that it no longer belongs to the folder.
        with suppress(OSError):
            if [path.name for path in folder.iterdir()] == [LOCK]:
                (folder / LOCK).unlink()
                folder.rmdir()
        os.close(descriptor)


def _taken(folder: Path) -> int:
    path, last = folder / LOCK, OSError(f"{folder / LOCK}: it is removed as often as it is made")
    for _ in range(_ATTEMPTS):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            # Not inheritable, like everything that Python opens: a child that outlives this process does not hold the
            # lock.
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        except (FileNotFoundError, FileExistsError) as error:  # mkdir raises either if the folder disappears meanwhile
            last = error
            continue
        if _is_locked(descriptor, path):
            return descriptor
        os.close(descriptor)
    raise last


def _is_locked(descriptor: int, path: Path) -> bool:
    """Whether the lock is held, and held on the file that others will find at this path."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        owner = os.read(descriptor, 200).decode(errors="replace") or "another process"
        os.close(descriptor)
        raise BusyError(
            f"{path.parent}: {owner} is evaluating the same cell; wait for it, or stop it and start again"
        ) from None
    except OSError:
        os.close(descriptor)
        raise
    with suppress(FileNotFoundError):
        if os.path.samestat(os.fstat(descriptor), path.stat()):
            os.ftruncate(descriptor, 0)
            os.write(descriptor, f"process {os.getpid()} on {host()}".encode())
            return True
    return False
