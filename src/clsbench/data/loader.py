"""Images read, decoded and cropped on threads ahead of the engine: in order, and never more than a few at once."""

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Event, Thread

import numpy as np
from numpy.typing import NDArray

from clsbench.data.bad_image import BadImageError
from clsbench.data.crop import Views
from clsbench.data.dataset import Dataset, Stored
from clsbench.data.opencv import cv2

_JOIN_SECONDS = 1.0


@dataclass(frozen=True)
class LoadedImage:
    """Sample ``index``: ``views`` (view, channel, height, width) and ``weights`` (view,), or its ``problem``."""

    index: int
    views: NDArray[np.float32] | None
    weights: NDArray[np.float32]
    problem: str | None


_Task = tuple[int, Future[LoadedImage]]
_Tasks = SimpleQueue[_Task | None]  # None ends a thread


@contextmanager
def loaded(
    dataset: Dataset,
    indices: Iterable[int],
    view_maker: Callable[[Stored], Views],
    *,
    workers: int,
    ahead: int,
) -> Iterator[Iterator[LoadedImage]]:
    """The samples at ``indices``, in that order, read and made into views by ``workers`` threads.

    At most ``ahead`` images are in memory besides the one that was yielded last. A bad image is yielded with its
    problem; any other exception is raised where its image would have come. Leaving the context stops the threads, and
    ends a wait for an image in another thread with CancelledError.
    """
    if workers < 1 or ahead < 1:
        raise ValueError(f"workers={workers}, ahead={ahead}: both must be at least 1")
    cv2.setNumThreads(1)  # the threads are ours: one image each, instead of OpenCV's several on one image

    tasks: _Tasks = SimpleQueue()
    closed = Event()

    def load(index: int) -> LoadedImage:
        return _load(dataset, index, view_maker)

    def submit(index: int) -> Future[LoadedImage]:
        future: Future[LoadedImage] = Future()
        tasks.put((index, future))
        if closed.is_set():  # looked at after the put: what _stop did not see is cancelled here
            future.cancel()
        return future

    # Daemons: a thread that a dead network drive holds must not keep the process from its end.
    threads = [Thread(target=_work, args=(tasks, load), name=f"loader-{n}", daemon=True) for n in range(workers)]
    for thread in threads:
        thread.start()
    try:
        yield _in_order(indices, submit, ahead)
    finally:
        closed.set()
        _stop(tasks, threads)


def _load(dataset: Dataset, index: int, view_maker: Callable[[Stored], Views]) -> LoadedImage:
    try:
        made = view_maker(dataset.read(index))
    except BadImageError as error:
        return LoadedImage(index, None, np.empty(0, np.float32), problem=str(error))
    return LoadedImage(index, made.views, made.weights, problem=None)


def _work(tasks: _Tasks, load: Callable[[int], LoadedImage]) -> None:
    while (task := tasks.get()) is not None:
        index, future = task
        if not future.set_running_or_notify_cancel():
            continue
        try:
            future.set_result(load(index))
        except BaseException as error:  # noqa: BLE001 - the consumer raises it; here it would leave the consumer waiting
            future.set_exception(error)
        del task, future  # or this thread would hold its last image until the next one comes


def _in_order(
    indices: Iterable[int], submit: Callable[[int], Future[LoadedImage]], ahead: int
) -> Iterator[LoadedImage]:
    waiting: deque[Future[LoadedImage]] = deque()
    for index in indices:
        if len(waiting) == ahead:
            image = waiting.popleft().result()
            waiting.append(submit(index))
            yield image
        else:
            waiting.append(submit(index))
    while waiting:
        yield waiting.popleft().result()


def _stop(tasks: _Tasks, threads: list[Thread]) -> None:
    try:
        while (task := tasks.get_nowait()) is not None:
            task[1].cancel()
    except Empty:
        pass
    for _ in threads:
        tasks.put(None)
    deadline = time.monotonic() + _JOIN_SECONDS
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))
