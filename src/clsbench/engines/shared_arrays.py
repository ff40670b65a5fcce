"""Two arrays shared by two processes, in one file of shared memory: views one way, scores the other."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clsbench.errors import EngineError

_SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - where POSIX shared memory lies on Linux


@dataclass(frozen=True)
class SharedArrays:
    """float32 arrays in a file: first ``views``, then ``scores``, without a gap."""

    path: Path
    views: NDArray[np.float32]  # (batch, channel, height, width)
    scores: NDArray[np.float32]  # (batch, class)


@contextmanager
def shared_arrays(views_shape: tuple[int, ...], scores_shape: tuple[int, ...]) -> Iterator[SharedArrays]:
    """Arrays in a new file; its name is removed at the end unless the other side has removed it before."""
    size, rest = int(np.prod(views_shape)), int(np.prod(scores_shape))
    path = _file(4 * (size + rest))
    try:
        values = np.memmap(path, np.float32, "r+")
        yield SharedArrays(path, values[:size].reshape(views_shape), values[size:].reshape(scores_shape))
    finally:
        path.unlink(missing_ok=True)


def _file(size: int) -> Path:
    folders = [folder for folder in (_SHARED_MEMORY, Path(tempfile.gettempdir())) if folder.is_dir()]
    for folder in folders:
        try:
            return _file_in(folder, size)
        except OSError as error:  # a container's /dev/shm has 64 MiB by default
            last = error
    raise EngineError(f"no room for {size / 2**20:.0f} MiB of arrays in {folders}: {last}; lower batch_size")


def _file_in(folder: Path, size: int) -> Path:
    handle, name = tempfile.mkstemp(prefix="clsbench-", dir=folder)
    try:
        # Allocated in full now: writing to a page that the file system has no room for would cause a SIGBUS.
        os.posix_fallocate(handle, 0, size)
    except OSError:
        Path(name).unlink()
        raise
    finally:
        os.close(handle)
    return Path(name)
