"""Where a model's caffemodel is, and whether it can be the published one."""

import hashlib
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from clsbench.errors import WeightsError

log = logging.getLogger(__name__)

RANDOM = "random"
_MIB = 2**20
# Published sizes are given to 0.1 MiB.
_SIZE_TOLERANCE_MIB = 0.1


@dataclass(frozen=True)
class WeightsFile:
    """A caffemodel by name or path; ``links`` say where the published one was offered."""

    name: str
    folder: Path
    published_mib: float | None = None
    links: Mapping[str, str] = field(default_factory=dict)

    def found(self) -> Path:
        """The file: ``name`` as a path, else below ``folder``. Raises WeightsError with instructions to get it."""
        for path in (Path(self.name).expanduser(), self.folder.expanduser() / self.name):
            if path.is_file():
                return path.resolve()
        size = f" ({self.published_mib} MiB)" if self.published_mib else ""
        links = "".join(f"\n  {name}: {link}" for name, link in self.links.items() if link)
        raise WeightsError(
            f"no weights file {self.name}{size}: it is neither a path from here nor in {self.folder.expanduser()}. "
            "Put it there, or give model.weights=FILE; task=time, task=export and model.weights=random need none."
            + (f"\nIt was published at:{links}" if links else "")
            + "\nclsbench weights says where weights can still be had, and fetches them."
        )

    def size_warning(self, path: Path) -> str | None:
        """A sentence if the file's size is not the published one."""
        if self.published_mib is None:
            return None
        mib = path.stat().st_size / _MIB
        if abs(mib - self.published_mib) <= _SIZE_TOLERANCE_MIB:
            return None
        return f"{path.name} has {mib:.1f} MiB, the published file {self.published_mib} MiB: is it the same network?"


def sha256_of(path: Path) -> str:
    """The file's sha256 as hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
