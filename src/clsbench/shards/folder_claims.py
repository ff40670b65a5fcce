"""Claims as files ``merge.N``, which only one process can create (O_EXCL), as NFS supports."""

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from clsbench.shards.whole_json import write_json


@dataclass(frozen=True)
class FolderClaims:
    """The claims in ``folder``; a missing folder has none. Satisfies Claims."""

    folder: Path
    look_seconds: float = 0.2

    def __str__(self) -> str:
        return str(self.folder)

    def numbers(self) -> list[int]:
        """The claims that were made."""
        try:
            names = [path.name for path in self.folder.iterdir()]
        except FileNotFoundError:
            return []
        numbers = [name.removeprefix("merge.") for name in names if name.startswith("merge.")]
        return sorted(int(number) for number in numbers if number.isdecimal())

    def make(self, number: int, content: Mapping[str, object]) -> bool:
        """Whether this call made the claim."""
        try:
            descriptor = os.open(self.path(number), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
        except (FileExistsError, FileNotFoundError):  # another worker was first, or the folder is settled and gone
            return False
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(content, file)
        return True

    def content(self, number: int) -> dict[str, object]:
        """What the claim says; empty if its owner has not written it yet."""
        with suppress(OSError, ValueError):
            return dict(json.loads(self.path(number).read_text(encoding="utf-8")))
        return {}

    def write(self, number: int, content: Mapping[str, object]) -> None:
        """Replaces what the claim says."""
        write_json(content, self.path(number))

    def touch(self, number: int) -> None:
        """A sign of life."""
        os.utime(self.path(number))

    def seen(self, number: int) -> object:
        """A value that changes with each sign of life; None if it cannot be seen."""
        try:
            return self.path(number).stat().st_mtime
        except OSError:
            return None

    def remove(self) -> None:
        """Removes all claims."""
        for number in self.numbers():
            self.path(number).unlink(missing_ok=True)

    def path(self, number: int) -> Path:
        """The claim's file."""
        return self.folder / f"merge.{number}"
