"""What was read of a mapped file does not stay in the process's memory: a database of 10 GB would look like 10 GB."""

import ctypes
import mmap
import sys
from dataclasses import dataclass, field
from threading import Lock

import numpy as np

_AT_ONCE = 2**25  # bytes read between two times of letting go: a call each would cost more than the copy
_DONTNEED = 4  # MADV_DONTNEED of Linux; of a file's pages it drops the process's view of them, not the file's cache


@dataclass
class MappedPages:
    """The part of a mapping that values were seen in; safe to use from several threads."""

    lowest: int = sys.maxsize  # an address
    highest: int = 0
    _read: int = 0
    _lock: Lock = field(default_factory=Lock, repr=False)

    def seen(self, value: memoryview) -> None:
        """Notes where ``value``, not empty, lies, and that it is read; now and then all pages are let go."""
        start = int(np.frombuffer(value, np.uint8).__array_interface__["data"][0])
        with self._lock:
            self.lowest, self.highest = min(self.lowest, start), max(self.highest, start + len(value))
            self._read += len(value)
            if self._read < _AT_ONCE:
                return
            self._read = 0
        self.let_go()

    def let_go(self) -> None:
        """Gives the pages between the values that were seen back; what is read next comes from the file's cache."""
        if not sys.platform.startswith("linux") or self.highest <= self.lowest:
            return
        # Both ends lie in pages of the mapping: a value lies in each.
        start = self.lowest // mmap.PAGESIZE * mmap.PAGESIZE
        length = -(-self.highest // mmap.PAGESIZE) * mmap.PAGESIZE - start
        ctypes.CDLL(None).madvise(ctypes.c_void_p(start), ctypes.c_size_t(length), _DONTNEED)
