"""The image files by the names that runs gave them, if they still exist."""

import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath

from clsbench.data.datasets.disk import contents
from clsbench.errors import DataError


@dataclass(frozen=True)
class ImageFiles:
    """``root`` is a folder or an archive as downloaded, None if unknown."""

    root: Path | None

    def read(self, name: str) -> bytes | None:
        """The bytes of an image; None if it is not found below the root."""
        if self.root is None:
            return None
        if self.root.is_file():
            return self._member(name)
        return next((data for path in self._places(self.root, name) if (data := _bytes_of(path)) is not None), None)

    def _places(self, root: Path, name: str) -> list[Path]:
        path = PurePosixPath(name)
        if "\0" in name or path.name in ("", ".."):
            return []
        # A name such as ../../etc/passwd, which a stranger's run may contain, must not lead out of the root.
        places = [] if path.is_absolute() or ".." in path.parts else [root / path]
        # Only a name without a folder may be in any of them: 0/1.png is not 7/1.png.
        folders = self._folders if len(path.parts) == 1 else ()
        return [*places, root / path.name, *(root / folder / path.name for folder in folders)]

    @cached_property
    def _folders(self) -> tuple[str, ...]:
        """The folders directly below the root: ImageNet's images may be one folder down, by wnid or otherwise."""
        try:
            return tuple(contents(self.root).folders) if self.root else ()
        except DataError:
            return ()

    @cached_property
    def _members(self) -> Mapping[str, tuple[int, int]]:
        """Offset and size of each member of the archive, by file name."""
        assert self.root is not None
        try:
            with tarfile.open(self.root, "r:") as archive:
                members = [member for member in archive if member.isreg()]
        except (tarfile.TarError, OSError):
            return {}
        return {PurePosixPath(member.name).name: (member.offset_data, member.size) for member in members}

    def _member(self, name: str) -> bytes | None:
        assert self.root is not None
        place = self._members.get(PurePosixPath(name).name)
        if place is None:
            return None
        with self.root.open("rb") as file:
            file.seek(place[0])
            return file.read(place[1])


def _bytes_of(path: Path) -> bytes | None:
    try:
        return path.read_bytes() if path.is_file() else None
    except OSError:
        return None
