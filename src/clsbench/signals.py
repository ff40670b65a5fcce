"""Ctrl-C and SIGTERM end a run in an orderly way: as an exception in the main thread, once, that nothing swallows."""

import signal
import sys
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from clsbench.tracking.tracker import Killed

_AGAIN_SECONDS = 0.02
_IMPORT = "<frozen importlib._bootstrap>"


@contextmanager
def signals_end_the_run(first: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Within the block the first SIGINT or SIGTERM calls ``first`` and raises Killed; a second one ends the process.

    A signal that was already ignored when the process started (``nohup``, a shell's background job) stays ignored.
    After a signal, the block ends with Killed whatever happens in it. No import is interrupted, because many treat an
    exception there as a missing package. If something swallows the exception, it is raised again; Python's message that
    it is ignored, in a finalizer, is not shown.
    """
    ending = _Ending(first, sys._getframe(2))
    ending.begin()
    try:
        yield
    except Killed:
        raise
    except BaseException as error:
        if ending.number is not None:
            raise Killed(ending.number) from error
        raise
    else:
        if ending.number is not None:
            raise Killed(ending.number)
    finally:
        ending.end()


class _Ending:
    """The handler of both signals; ``block`` is the frame in which it is active."""

    def __init__(self, first: Callable[[], None], block: FrameType) -> None:
        self.number: int | None = None
        self._first = first
        self._block = block
        handlers = {each: signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)}
        self._before = {each: handler for each, handler in handlers.items() if handler is not signal.SIG_IGN}
        self._alarm = signal.getsignal(signal.SIGALRM)
        self._raised: weakref.ref[Killed] | None = None
        self._hook = sys.unraisablehook

    def begin(self) -> None:
        for each in self._before:
            signal.signal(each, self)
        sys.unraisablehook = self._unraisable

    def end(self) -> None:
        self._raised = None
        sys.unraisablehook = self._hook
        if self.number is not None:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, self._alarm)
        for each, handler in self._before.items():
            # A second signal also ends the process in the block around this one.
            is_around = isinstance(handler, _Ending) and self.number is not None
            signal.signal(each, signal.SIG_DFL if is_around else handler)

    def __call__(self, number: int, frame: FrameType | None) -> None:
        for each in self._before:
            signal.signal(each, signal.SIG_DFL)
        self.number = number
        self._first()
        self._raise(frame)

    def _raise(self, frame: FrameType | None) -> None:
        assert self.number is not None
        if self._is_importing(frame):
            self._again()
            return
        killed = Killed(self.number)
        # It lives while it is being raised or handled; if it was swallowed, it dies inside the block.
        self._raised = weakref.ref(killed, lambda _: self._again())
        try:
            raise killed
        finally:
            del killed  # otherwise it would live in this frame, which its traceback keeps alive

    def _unraisable(self, ignored: "sys.UnraisableHookArgs") -> None:
        if not isinstance(ignored.exc_value, Killed):
            self._hook(ignored)

    def _again(self) -> None:
        signal.signal(signal.SIGALRM, lambda _, frame: self._raise(frame))
        signal.setitimer(signal.ITIMER_REAL, _AGAIN_SECONDS)

    def _is_importing(self, frame: FrameType | None) -> bool:
        while frame is not None and frame is not self._block:
            if frame.f_code.co_filename == _IMPORT:
                return True
            frame = frame.f_back
        return False
