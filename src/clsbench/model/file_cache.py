"""A folder of made files, named by their content's hash, with a bound on its size."""

import logging
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class FileCache:
    """Files that can be remade at any time; the least recently used ones are removed above ``limit_bytes``."""

    folder: Path
    limit_bytes: int

    def kept(self, name: str, make: Callable[[Path], None]) -> Path:
        """The file ``name``, made by ``make`` (which writes it atomically) if it does not exist."""
        path = self.folder / name
        if path.is_file():
            os.utime(path)
            return path
        self.folder.mkdir(parents=True, exist_ok=True)
        make(path)
        self._shrink(path)
        return path

    def _shrink(self, newest: Path) -> None:
        files = sorted((file for file in self.folder.iterdir() if file.is_file()), key=_last_use, reverse=True)
        held = newest.stat().st_size
        for file in files:
            if file == newest:
                continue
            held += file.stat().st_size
            if held > self.limit_bytes:
                log.debug("cache over %d bytes: %s removed", self.limit_bytes, file.name)
                file.unlink(missing_ok=True)


def _last_use(file: Path) -> float:
    return file.stat().st_mtime
