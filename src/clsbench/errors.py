"""Errors that a person can act on: one class per person, every message names the thing, the place and the cure."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

_DISK = {
    *(errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM, errno.ENOTDIR, errno.ENAMETOOLONG),
    errno.EIO,
}


class ClsbenchError(Exception):
    """Anything that a user can put right; shown as one message, never as a traceback."""


class ConfigError(ClsbenchError):
    """The configuration asks for something that does not exist or does not fit together."""


class NetError(ClsbenchError):
    """A network file or definition that Caffe's rules do not allow, or that this package cannot translate."""


class WeightsError(ClsbenchError):
    """A caffemodel that is missing, damaged, or does not fit its network."""


class DataError(ClsbenchError):
    """A dataset that is missing, incomplete or inconsistent."""


class EngineError(ClsbenchError):
    """A runtime that refused, died, or gave scores that cannot be used."""


class MissingEngineError(EngineError):
    """A runtime that is not installed here; the message says how to install it."""


class DisagreementError(ClsbenchError):
    """Engines whose scores differ by more than was allowed."""


class TrackingError(ClsbenchError):
    """A tracking store that cannot be opened or written."""


class MergeError(ClsbenchError):
    """Shards that do not make one evaluation: some are missing, double or different."""


class BusyError(ClsbenchError):
    """Another process is at the same work; wait for it, or end it."""


class DiskError(ClsbenchError):
    """A disk that is full, or a folder that may not be written."""


@contextmanager
def disk_errors() -> Iterator[None]:
    """Within the block what the disk refuses is a DiskError; another OSError is a bug of ours and stays one."""
    try:
        yield
    except OSError as error:
        if error.errno not in _DISK:
            raise
        raise DiskError(_in_words(error)) from error


def _in_words(error: OSError) -> str:
    where = f"{error.filename}: " if error.filename else ""
    is_full = error.errno in (errno.ENOSPC, errno.EDQUOT)
    reason = "cannot be written: no space left on the disk" if is_full else f"cannot be used: {error.strerror}"
    return (
        f"{where}{reason}; make room, or give another folder as paths.outputs=FOLDER (runs and "
        "what was evaluated so far), paths.cache=FOLDER (converted networks) or task.output=FOLDER (of an export)"
    )
