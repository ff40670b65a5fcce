"""Ctrl-C and SIGTERM end a run in order: as an exception in the main thread, once."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from clsbench.tracking.tracker import Killed


@contextmanager
def signals_end_the_run(first: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Within the block the first SIGINT or SIGTERM calls ``first`` and raises Killed; a second one ends the process."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def end(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - the signature of a handler
        for each in before:
            signal.signal(each, signal.SIG_DFL)
        first()
        raise Killed(number)

    for number in before:
        signal.signal(number, end)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
