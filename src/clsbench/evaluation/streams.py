"""Threads that run batches, several at once, and the clock around the predictor."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Thread

import numpy as np
from numpy.typing import NDArray

from clsbench.engines.engine import MakesMirrors, OffersRoom, Predictor
from clsbench.evaluation.packing import Batch

_JOIN_SECONDS = 0.3
# Waits are cut into pieces so that a signal is handled even if it reached another thread.
_WAIT_SECONDS = 0.2


@dataclass(frozen=True)
class Forwarded:
    """A batch with its scores (view, class), and the time the predictor took."""

    batch: Batch
    views: int
    scores: NDArray[np.float32]
    milliseconds: float


@dataclass(frozen=True)
class Streams:
    """Batches in, scores out, in the order in which they become ready."""

    tasks: "SimpleQueue[Batch | None]"
    done: "SimpleQueue[Forwarded | BaseException]"

    def submit(self, batch: Batch) -> None:
        """Submits a batch; the next free thread takes it."""
        self.tasks.put(batch)

    def received(self) -> Forwarded:
        """Waits for the next batch that is ready; raises what its forward raised."""
        while True:
            try:
                return _raised(self.done.get(timeout=_WAIT_SECONDS))
            except Empty:
                continue

    def ready(self) -> Iterator[Forwarded]:
        """The batches that are ready now."""
        while not self.done.empty():
            yield self.received()


@contextmanager
def streams(predictor: Predictor) -> Iterator[Streams]:
    """One thread per stream of the predictor. Leaving drops what waits; a forward that takes long is left behind."""
    opened = Streams(SimpleQueue(), SimpleQueue())
    names = [f"stream-{n}" for n in range(predictor.description.streams)]
    threads = [Thread(target=_run, args=(predictor, opened), name=name, daemon=True) for name in names]
    for thread in threads:
        thread.start()
    try:
        yield opened
    finally:
        _stop(opened, threads)


def _run(predictor: Predictor, streams: Streams) -> None:
    while (batch := streams.tasks.get()) is not None:
        try:
            streams.done.put(_forwarded(predictor, batch))
        except BaseException as error:  # noqa: BLE001 - raised in the thread that waits for the scores
            streams.done.put(error)
        del batch  # otherwise its views would stay in memory until the next batch comes


def _forwarded(predictor: Predictor, batch: Batch) -> Forwarded:
    views = batch.views(predictor.room if isinstance(predictor, OffersRoom) else None)
    mirrors = batch.mirrors
    assert mirrors is None or isinstance(predictor, MakesMirrors)  # the caller that makes pairs has checked this
    start = time.perf_counter()
    scores = predictor.mirrored(views, mirrors) if isinstance(predictor, MakesMirrors) and mirrors else predictor(views)
    seconds = time.perf_counter() - start
    return Forwarded(batch, len(scores), scores, 1000 * seconds)


def _raised(result: Forwarded | BaseException) -> Forwarded:
    if isinstance(result, BaseException):
        raise result
    return result


def _stop(streams: Streams, threads: list[Thread]) -> None:
    try:
        while True:
            streams.tasks.get_nowait()
    except Empty:
        pass
    for _ in threads:
        streams.tasks.put(None)
    deadline = time.monotonic() + _JOIN_SECONDS
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))
