"""What is on disk: paths named in the configuration, contents of folders, sizes of files."""

import os
import stat
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from clsbench.errors import ConfigError, DataError


class Contents(NamedTuple):
    """A folder's files and folders, by name."""

    files: Sequence[str]
    folders: Sequence[str]


def existing_path(value: str | None, key: str) -> Path:
    """``value`` as an existing path; an error names ``key``, its name in the configuration."""
    if value is None:
        raise ConfigError(f"{key} is not set; give {key}=PATH")
    path = Path(value).expanduser()
    if not path.exists():
        raise DataError(f"{key}={value} does not exist; give the path of your copy")
    return path


def contents(folder: Path) -> Contents:
    """What is in the folder, without hidden names; raises DataError if it cannot be read."""
    try:
        with os.scandir(folder) as found:
            visible = sorted((entry.name, entry.is_dir()) for entry in found if not entry.name.startswith("."))
    except OSError as error:
        raise DataError(f"{folder}: {error.strerror}; give a folder that you may read") from error
    return Contents(
        files=[name for name, is_folder in visible if not is_folder],
        folders=[name for name, is_folder in visible if is_folder],
    )


def size_of(path: str) -> int | None:
    """The file's size in bytes; None if there is no regular file."""
    try:
        status = os.stat(path)  # noqa: PTH116 - a Path for each of 50,000 files takes longer than the call itself
    except (OSError, ValueError):  # ValueError: a path that no file can have
        return None
    return status.st_size if stat.S_ISREG(status.st_mode) else None


def read_bytes(path: str, offset: int, size: int) -> bytes:
    """``size`` bytes starting at ``offset``, fewer if the file ends before; raises OSError.

    A Path, a file object and its buffer would cost as much as reading a small image does.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        content = os.pread(descriptor, size, offset)
        while len(content) < size and (more := os.pread(descriptor, size - len(content), offset + len(content))):
            content += more
    finally:
        os.close(descriptor)
    return content
