"""Output that nobody reads any more (``clsbench … | head``): a run continues without it, to its result."""

import os
import sys
from typing import Any, TextIO


class _Outlet:
    """A stream that discards what is written to it once its reader has gone."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        """Like the stream's own."""
        try:
            return self._stream.write(text)
        except BrokenPipeError:
            self._throw_away()
            return len(text)

    def flush(self) -> None:
        """Like the stream's own."""
        try:
            self._stream.flush()
        except BrokenPipeError:
            self._throw_away()

    def _throw_away(self) -> None:
        # Also below Python, so that native output, and what the stream still holds, is treated the same way.
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, self._stream.fileno())
        os.close(nowhere)


def outlive_readers() -> None:
    """From here on a closed pipe at stdout or stderr is not an error; harmless when repeated."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is not None and not isinstance(stream, _Outlet):
            setattr(sys, name, _Outlet(stream))
