"""Saves predictions to disk as they come, so that an evaluation stopped at any moment can resume."""

import logging
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from clsbench.data.dataset import Sample
from clsbench.evaluation.folder_lock import locked
from clsbench.evaluation.journal_lines import START, KeptImage, Line, header, kept_images, text_of, with_check
from clsbench.evaluation.packing import images_in_full_batches
from clsbench.evaluation.record import Prediction

log = logging.getLogger(__name__)

FILE = "predictions.journal"
_SYNC_SECONDS = 10.0  # a kill loses nothing that was written; a power cut loses at most this much


@contextmanager
def journal_at(folder: Path, samples: Sequence[Sample], *, resume: bool) -> Iterator["Journal"]:
    """The journal in ``folder`` of an evaluation of ``samples``; without ``resume`` its content is discarded.

    Raises BusyError if another process is running this evaluation. A journal that cannot be kept stops nothing; one
    warning says so.
    """
    journal = Journal(folder / FILE, samples)
    with ExitStack() as stack:
        try:
            stack.enter_context(locked(folder))
            stack.callback(journal.close)
            if not resume:
                journal.path.unlink(missing_ok=True)
        except OSError as error:
            journal.give_up(error)
        yield journal


@dataclass
class Journal:
    """The lines of one evaluation, in image order; written by one thread."""

    path: Path
    samples: Sequence[Sample]
    images: int = 0  # that it contains
    batch_size: int = 0
    check: int = 0
    descriptor: int | None = None  # of the file being written, if any
    lost: bool = False  # a write has failed
    synced: float = 0.0

    def restored(self, identity: Mapping[str, str], batch_size: int) -> list[Prediction]:
        """The predictions of an earlier process, up to the last image that ends a batch of ``batch_size`` views.

        ``identity``: everything that they depend on; if it differs, there are none. Call it once, before ``add``:
        anything after that image is cut off, because it will be evaluated again.
        """
        self.batch_size = batch_size
        kept: list[KeptImage] = []
        if not self.lost:
            try:
                head = header(identity, self.samples)
                kept = self._kept(head)
                self.images = len(kept)
                self._open(kept[-1].line if kept else START)
                if not kept:
                    self._write([head])
            except OSError as error:
                self.give_up(error)
        return [image.prediction for image in kept]

    def add(self, predictions: Sequence[Prediction]) -> None:
        """Saves the next images in one write; they outlive this process as soon as the call returns."""
        if self.descriptor is None:
            return
        assert [prediction.index for prediction in predictions] == [*range(self.images, self.images + len(predictions))]
        try:
            self.images += len(predictions)  # first, because the whole lines of a write cut short by a full disk stay
            self._write([text_of(prediction, self.batch_size) for prediction in predictions])
            if time.monotonic() - self.synced >= _SYNC_SECONDS:
                os.fsync(self.descriptor)
                self.synced = time.monotonic()
        except OSError as error:
            self.give_up(error)

    def finished(self) -> None:
        """Removes the journal, because its run is stored completely."""
        self.close()
        with suppress(OSError):
            self.path.unlink(missing_ok=True)

    def close(self) -> None:
        """Stops writing; a journal without any image is removed."""
        if self.descriptor is not None:
            descriptor, self.descriptor = self.descriptor, None
            with suppress(OSError):
                os.close(descriptor)
                if not self.images:
                    self.path.unlink(missing_ok=True)

    def give_up(self, error: OSError) -> None:
        """Stops writing after an error, and says so."""
        log.warning(
            "%s cannot be written (%s): the evaluation continues, but if it is stopped, everything from here on is "
            "lost",
            self.path,
            error.strerror or error,
        )
        self.lost = True
        self.close()

    def _kept(self, head: bytes) -> list[KeptImage]:
        content = self.path.read_bytes() if self.path.exists() else b""
        kept = kept_images(content, head, self.samples)
        if kept is None:
            if content:
                log.warning("%s is damaged or from another evaluation: all images are evaluated again", self.path)
            return []
        views = [image.prediction.views for image in kept]
        del kept[images_in_full_batches(views, self.batch_size, len(self.samples)) :]
        self._warn_of_batches(kept)
        return kept

    def _warn_of_batches(self, kept: Sequence[KeptImage]) -> None:
        if others := {image.batch_size for image in kept} - {self.batch_size}:
            log.warning(
                "%s: some of %d images were evaluated in batches of %s, the next come in batches of %d: scores may "
                "differ in their last digits; resume=false evaluates all of them again",
                self.path,
                len(kept),
                " and ".join(map(str, sorted(others))),
                self.batch_size,
            )

    def _open(self, after: Line) -> None:
        self.descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT, 0o666)
        os.ftruncate(self.descriptor, after.end)
        os.lseek(self.descriptor, after.end, os.SEEK_SET)
        self.check, self.synced = after.check, time.monotonic()

    def _write(self, texts: Sequence[bytes]) -> None:
        assert self.descriptor is not None
        lines = []
        for text in texts:
            line, self.check = with_check(text, self.check)
            lines.append(line)
        content = b"".join(lines)
        while content:  # a full disk may accept part of it before it refuses
            content = content[os.write(self.descriptor, content) :]
