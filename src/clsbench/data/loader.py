"""Reads, decodes and crops images in threads ahead of the engine: in order, and never more than a few at once."""

import itertools
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import contextmanager
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Event, Thread
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from clsbench.data.bad_image import BadImageError
from clsbench.data.crop import Views
from clsbench.data.dataset import Dataset, Stored
from clsbench.data.mirrors import Mirrors
from clsbench.data.opencv import cv2

_JOIN_SECONDS = 1.0
_WAIT_SECONDS = 0.2


@dataclass(frozen=True)
class LoadedImage:
    """Sample ``index``: ``views`` (view, channel, height, width) and ``weights`` (view,), or its ``problem``."""

    index: int
    views: NDArray[np.float32] | None
    weights: NDArray[np.float32]
    problem: str | None
    mirrors: Mirrors | None = None  # those of the views, as in data.crop.Views


# The result for an image, or the exception raised while making it; after an exception a block has no more.
_Made = LoadedImage | BaseException
_BLOCKS_A_WORKER = 4


@contextmanager
def loaded(
    dataset: Dataset,
    indices: Sequence[int],
    view_maker: Callable[[Stored], Views],
    *,
    workers: int,
    ahead: int,
) -> Iterator[Iterator[LoadedImage]]:
    """The samples at ``indices``, in that order, read and made into views by ``workers`` threads.

    At most ``ahead`` images are in memory besides the one yielded last. A bad image is yielded with its problem; any
    other exception is raised where its image would have come. Leaving the context stops the threads, and ends a wait
    for an image in another thread with CancelledError.
    """
    if workers < 1 or ahead < 1:
        raise ValueError(f"workers={workers}, ahead={ahead}: both must be at least 1")
    cv2.setNumThreads(1)  # we use our own threads, one image each, instead of OpenCV's on one image

    def load(index: int) -> LoadedImage:
        return _load(dataset, index, view_maker)

    # If many images may wait, a thread takes several at a time: handing over one costs as much as making a tiny one.
    size = max(1, ahead // (_BLOCKS_A_WORKER * workers))
    blocks = [indices[first : first + size] for first in range(0, len(indices), size)]
    queues = _Queues(SimpleQueue(), SimpleQueue(), Event())
    # Daemon threads: a thread stuck on a dead network drive must not keep the process from ending.
    threads = [Thread(target=_work, args=(queues, load), name=f"loader-{n}", daemon=True) for n in range(workers)]
    for thread in threads:
        thread.start()
    try:
        yield _in_order(blocks, queues, ahead // size)
    finally:
        queues.close()
        _stop(queues, threads)


class _Block(NamedTuple):
    number: int
    indices: Sequence[int]


class _MadeBlock(NamedTuple):
    number: int
    images: deque[_Made]


@dataclass(frozen=True)
class _Queues:
    todo: "SimpleQueue[_Block | None]"  # None ends a thread
    done: "SimpleQueue[_MadeBlock | None]"  # None: there will be no more
    closed: Event

    def close(self) -> None:
        self.closed.set()
        self.done.put(None)

    def next(self) -> _MadeBlock:
        """Waits for it, in pieces, so that a signal is handled even if it reached another thread."""
        while not self.closed.is_set():
            try:
                made = self.done.get(timeout=_WAIT_SECONDS)
            except Empty:
                continue
            if made is not None:
                return made
        raise CancelledError


def _load(dataset: Dataset, index: int, view_maker: Callable[[Stored], Views]) -> LoadedImage:
    try:
        made = view_maker(dataset.read(index))
    except BadImageError as error:
        return LoadedImage(index, None, np.empty(0, np.float32), problem=str(error))
    return LoadedImage(index, made.views, made.weights, problem=None, mirrors=made.mirrors)


def _work(queues: _Queues, load: Callable[[int], LoadedImage]) -> None:
    while (block := queues.todo.get()) is not None:
        images = deque[_Made]()
        for index in block.indices:
            if queues.closed.is_set():
                return
            try:
                images.append(load(index))
            except BaseException as error:  # noqa: BLE001 - the consumer raises it; here it would leave the consumer waiting
                images.append(error)
                break
        queues.done.put(_MadeBlock(block.number, images))
        del images  # otherwise this thread would hold its last images until the next ones come


def _in_order(blocks: Sequence[Sequence[int]], queues: _Queues, ahead: int) -> Iterator[LoadedImage]:
    early: dict[int, deque[_Made]] = {}
    todo = itertools.starmap(_Block, enumerate(blocks))
    for first in itertools.islice(todo, ahead):
        queues.todo.put(first)
    for number in range(len(blocks)):
        while number not in early:
            made = queues.next()
            early[made.number] = made.images
            del made
        images = early.pop(number)
        while images:
            image = images.popleft()
            if isinstance(image, BaseException):
                raise image
            if not images and (following := next(todo, None)):
                queues.todo.put(following)
            yield image
            del image


def _stop(queues: _Queues, threads: Sequence[Thread]) -> None:
    try:
        while True:
            queues.todo.get_nowait()
    except Empty:
        pass
    for _ in threads:
        queues.todo.put(None)
    deadline = time.monotonic() + _JOIN_SECONDS
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))
