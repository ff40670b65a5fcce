"""Releases the pages read from a mapped file, because a database of 10 GB would otherwise look like 10 GB of memory."""

import ctypes
import mmap
import sys
from dataclasses import dataclass, field
from threading import Lock

import numpy as np

_AT_ONCE = 2**25  # bytes read between two releases: a call for each value would cost more than the copy
_DONTNEED = 4  # Linux's MADV_DONTNEED; for a file it drops the process's view of the pages, not the file cache


@dataclass
class MappedPages:
    """The part of a mapping in which values were seen; safe to use from several threads."""

    lowest: int = sys.maxsize  # an address
    highest: int = 0
    _read: int = 0
    _lock: Lock = field(default_factory=Lock, repr=False)

    def seen(self, value: memoryview) -> None:
        """Records where a non-empty ``value`` is, and that it was read; now and then all pages are released."""
        start = int(np.frombuffer(value, np.uint8).__array_interface__["data"][0])
        with self._lock:
            self.lowest, self.highest = min(self.lowest, start), max(self.highest, start + len(value))
            self._read += len(value)
            if self._read < _AT_ONCE:
                return
            self._read = 0
        self.release()

    def release(self) -> None:
        """Releases the pages between the values that were seen; what is read next comes from the file cache."""
        if not sys.platform.startswith("linux") or self.highest <= self.lowest:
            return
        # Both ends are in pages of the mapping, because each contains a value.
        start = self.lowest // mmap.PAGESIZE * mmap.PAGESIZE
        length = -(-self.highest // mmap.PAGESIZE) * mmap.PAGESIZE - start
        ctypes.CDLL(None).madvise(ctypes.c_void_p(start), ctypes.c_size_t(length), _DONTNEED)
