"""Writes the views of loaded images as files of one batch each, with a manifest line for each view."""

import csv
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clsbench.data.crop import ViewMaker, Views
from clsbench.data.dataset import Sample, Stored
from clsbench.data.loader import LoadedImage
from clsbench.engines.given.manifest import (
    COLUMNS,
    ROWS,
    SETTINGS,
    Layout,
    Row,
    read_rows,
    read_settings,
    view_sha256,
    write_settings,
)
from clsbench.errors import ConfigError, DataError

NPY_HEADER_BYTES = 128


@dataclass(frozen=True)
class PixelViews:
    """Makes views that hold what both a file and a checksum need: the network's input, then its pixels, as channels."""

    inputs: ViewMaker
    pixels: ViewMaker  # the same, without mean and scale

    def of_stored(self, stored: Stored) -> Views:
        """(view, 2 x channel, height, width)."""
        made, raw = self.inputs.of_stored(stored), self.pixels.of_stored(stored)
        return Views(np.concatenate([made.views, raw.views], axis=1), made.weights)


@dataclass
class InputsFolder:
    """A folder that is being filled."""

    folder: Path
    layout: Layout
    settings: dict[str, Any]
    samples: Sequence[Sample]
    channels: int
    rows: list[Row] = field(default_factory=list)  # of complete files
    waiting: list[Row] = field(default_factory=list)
    views: list[NDArray[Any]] = field(default_factory=list)  # waiting to be written
    bad: int = 0

    def prepare_folder(self, *, resume: bool) -> int:
        """Prepares the folder, and returns the index of the image to continue with.

        Raises ConfigError if the folder holds other inputs.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        there = read_settings(self.folder) if resume else None
        if there is not None and there | _RESULT != self.settings | _RESULT:
            raise ConfigError(
                f"task.output={self.folder}: it holds inputs of other settings; give another folder, "
                "or resume=false to overwrite them"
            )
        rows = read_rows(self.folder) if there else []
        if there and there.get("complete") and there.get("views") == len(rows) and self._whole(rows):
            self.rows, self.settings = rows, there
            return len(self.samples)
        if there is None:
            self._clear()
        whole = len(rows) - len(rows) % self.layout.batch
        while whole and not self._whole(rows[:whole]):
            whole -= self.layout.batch
        self.rows = rows[:whole]
        write_settings(self.folder, self.settings)
        self._rewrite()
        return self.rows[-1].image if self.rows else 0

    def _clear(self) -> None:
        """Removes the views of other inputs; raises ConfigError if files are somebody's own, or there are scores."""
        views, scores = sorted(self.folder.glob("views-*")), sorted(self.folder.glob("scores-*"))
        if views and not (self.folder / SETTINGS).is_file():
            raise ConfigError(
                f"task.output={self.folder}: it holds {views[0].name} and no {SETTINGS}, so task=inputs did not write "
                "it; give another folder"
            )
        if scores:  # they would be mistaken for scores of the new inputs
            raise ConfigError(
                f"task.output={self.folder}: it holds {scores[0].name}, scores of other inputs; move the scores away, "
                "or give another folder"
            )
        for file in views:
            file.unlink()

    def write(self, images: Iterable[LoadedImage]) -> None:
        """Writes every view of ``images`` that is missing, then finishes the manifest."""
        for image in images:
            if image.views is None:
                self.bad += 1
                continue
            for view, (both, weight) in enumerate(zip(image.views, image.weights, strict=True)):
                if self.rows and (image.index, view) <= (self.rows[-1].image, self.rows[-1].view):
                    continue
                self._add(image.index, view, float(weight), both)
        if self.waiting:
            self._flush()
        if not self.rows:
            raise DataError("task=inputs: no image could be read, so there are no views to write")
        self.settings |= {"complete": True, "views": len(self.rows), "images_with_views": len(self._images())}
        write_settings(self.folder, self.settings)

    def _images(self) -> set[int]:
        return {row.image for row in self.rows}

    def _add(self, image: int, view: int, weight: float, both: NDArray[np.float32]) -> None:
        number = len(self.rows) + len(self.waiting)
        file, name = self.layout.file(number // self.layout.batch), self.samples[image].name
        row = Row(number, file, image, name, view, weight, view_sha256(both[: self.channels]))
        stored = _bytes(both[self.channels :], row) if self.layout.dtype == "uint8" else both
        self.views.append(stored if self.layout.layout == "nchw" else stored.transpose(1, 2, 0))
        self.waiting.append(row)
        if len(self.waiting) == self.layout.batch:
            self._flush()

    def _flush(self) -> None:
        """Writes the file first, whole or not at all, then its lines, so that a line's view always exists."""
        batch = np.ascontiguousarray(np.stack(self.views))
        path = self.folder / self.waiting[0].file
        part = path.with_name(f"{path.name}.part")
        with part.open("wb") as file:
            if self.layout.format == "npy":
                np.save(file, batch)
            else:
                file.write(batch.astype(batch.dtype.newbyteorder("<"), copy=False).tobytes())
        part.replace(path)
        with (self.folder / ROWS).open("a", encoding="utf-8", newline="") as lines:
            csv.writer(lines).writerows([getattr(row, name) for name in COLUMNS] for row in self.waiting)
        self.rows += self.waiting
        self.waiting, self.views = [], []

    def _rewrite(self) -> None:
        part = self.folder / f"{ROWS}.part"
        with part.open("w", encoding="utf-8", newline="") as lines:
            writer = csv.writer(lines)
            writer.writerow(COLUMNS)
            writer.writerows([getattr(row, name) for name in COLUMNS] for row in self.rows)
        part.replace(self.folder / ROWS)

    def _whole(self, rows: Sequence[Row]) -> bool:
        """Whether every file of ``rows`` exists with its bytes."""
        sizes: dict[str, int] = {}
        for row in rows:
            sizes[row.file] = sizes.get(row.file, 0) + bytes_of(self.settings["input_shape"], self.layout)
        header = NPY_HEADER_BYTES if self.layout.format == "npy" else 0
        with suppress(OSError):
            return all((self.folder / file).stat().st_size == size + header for file, size in sizes.items())
        return False


_RESULT = {"complete": False, "views": 0, "images_with_views": 0}


def bytes_of(input_shape: Sequence[int], layout: Layout) -> int:
    """The bytes of one view in a file."""
    return int(np.prod(input_shape)) * np.dtype(layout.dtype).itemsize


def _bytes(pixels: NDArray[np.float32], row: Row) -> NDArray[np.uint8]:
    """The view's pixels; raises DataError if they are not whole numbers from 0 to 255."""
    whole = pixels.astype(np.uint8)
    if not np.array_equal(whole, pixels):
        raise DataError(
            f"task.dtype=uint8: {row.name} has views whose pixels are not whole numbers from 0 to 255, because this "
            "crop resizes after subtracting the mean; use task.dtype=float32, or crop=single"
        )
    return whole
