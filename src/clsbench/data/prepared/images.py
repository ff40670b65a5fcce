"""The decoded and resized images of one dataset at one size, in a folder that several processes may use at once."""

import logging
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from clsbench.data.prepared.block_file import Kept, Place, read_image, read_places, write_block
from clsbench.errors import DiskError

log = logging.getLogger(__name__)

BLOCK = 32  # images per file: some 8 MB at 256 pixels
_MOST_UNFINISHED = 8  # blocks in memory; more occur only if an evaluation resumes within blocks


@dataclass
class PreparedImages:
    """Image ``index`` of ``total``; may be used by several threads.

    A block is written once all of its images have been seen, so nothing is ever changed in place; an incorrect block is
    removed.
    """

    folder: Path
    total: int
    is_written: bool = True  # False after the disk has refused a write
    found: int = 0  # images read from here
    _places: dict[int, Mapping[int, Place] | None] = field(default_factory=dict)
    _unfinished: dict[int, dict[int, Kept | None]] = field(default_factory=dict)  # None: a bad image
    _lock: Lock = field(default_factory=Lock)

    def read(self, index: int, stamp: str) -> NDArray[np.uint8] | None:
        """The image (height, width, channel); None if it is not here, or if its file's stamp has changed."""
        block = index // BLOCK
        if block not in self._places:
            self._places[block] = read_places(self._path(block))
        place = (self._places[block] or {}).get(index)
        if place is None:
            return None
        image = read_image(self._path(block), place) if place.stamp == stamp else None
        if image is None:  # altered, or older than the image file: the next run remakes the whole block
            self._places[block] = None
            with suppress(OSError):
                self._path(block).unlink(missing_ok=True)
            return None
        with self._lock:
            self.found += 1
        return image

    def keep(self, index: int, stamp: str, image: NDArray[np.uint8] | None) -> None:
        """Adds an image that was missing; None for a bad one, which is decoded again every time."""
        block = index // BLOCK
        with self._lock:
            if not self.is_written or self._places.get(block) is not None:
                return
            images = self._unfinished.setdefault(block, {})
            images[index] = None if image is None else Kept(stamp, image)
            if len(images) < min(BLOCK, self.total - block * BLOCK):
                while len(self._unfinished) > _MOST_UNFINISHED:
                    del self._unfinished[next(iter(self._unfinished))]
                return
            del self._unfinished[block]
        self._write(block, {number: kept for number, kept in images.items() if kept is not None})

    def _write(self, block: int, images: Mapping[int, Kept]) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            write_block(self._path(block), images)
        except (DiskError, OSError) as error:
            self.is_written = False
            log.warning(
                "%s: decoded images are not saved (%s): the evaluation continues and decodes them", self.folder, error
            )

    def _path(self, block: int) -> Path:
        return self.folder / f"{block:06}.images"
