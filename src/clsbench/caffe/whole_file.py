"""A file that exists whole or not at all."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from clsbench.disk import room_for


@contextmanager
def whole_file(path: Path, size: int | None = None) -> Iterator[BinaryIO]:
    """A file to write, moved to ``path`` once the block has ended without an error.

    Raises DiskError if the disk is full, before anything is written if the ``size`` in bytes is known; OSError.
    """
    draft = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    try:
        with room_for(path, size), draft.open("xb") as file:
            yield file
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
