"""The user's process: one line requests a batch, one line answers, and the numbers are in two files."""

import os
import select
import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from clsbench.engines.caffe.messages import cause_of_death, final_message
from clsbench.errors import EngineError

_KEPT_OUTPUT = 16 * 1024
_LONGEST_LINE = 4096
_WAIT_SECONDS = 0.2
_END_SECONDS = 2.0


@dataclass
class Runner:
    """``inputs`` is a file with a batch's numbers, ``outputs`` one with float32 scores; one batch at a time."""

    process: "subprocess.Popen[bytes]"
    written: IO[bytes]  # its stderr
    inputs: Path
    outputs: Path
    classes: int
    seconds: float  # that a batch may take
    rest: bytes = b""

    def scores(self, views: NDArray[Any]) -> NDArray[np.float32]:
        """Scores (batch, class) of views in the form that the program takes: their bytes are the file's content.

        Raises EngineError if the process dies, is too slow, or answers anything else.
        """
        shape = " ".join(map(str, views.shape))
        views.tofile(self.inputs)
        self.outputs.unlink(missing_ok=True)
        assert self.process.stdin
        with suppress(BrokenPipeError):
            os.write(self.process.stdin.fileno(), f"forward {shape}\n".encode())
        line = self._answer(f"forward {shape}")
        if line != f"done {len(views)} {self.classes}":
            raise EngineError(
                f"engine=command: it answered {line[:200]!r} to 'forward {shape}'; "
                f"expected 'done {len(views)} {self.classes}'{self._stderr_text()}"
            )
        size = self.outputs.stat().st_size if self.outputs.exists() else 0
        expected = 4 * len(views) * self.classes
        if size != expected:
            raise EngineError(
                f"engine=command: it wrote {size} bytes of scores, expected {expected}: {len(views)} views of "
                f"{self.classes} float32 numbers"
            )
        return np.fromfile(self.outputs, "<f4").astype(np.float32).reshape(len(views), self.classes)

    def end(self) -> None:
        """Closes its stdin, which tells it to end; if it does not, kills it and its children."""
        for pipe in (self.process.stdin, self.process.stdout):
            assert pipe
            with suppress(BrokenPipeError):
                pipe.close()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(_END_SECONDS)
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def _answer(self, asked: str) -> str:
        assert self.process.stdout
        pipe, deadline = self.process.stdout.fileno(), time.monotonic() + self.seconds
        while b"\n" not in self.rest:
            if time.monotonic() > deadline:
                raise EngineError(
                    f"engine=command: no answer to '{asked}' for {self.seconds:g} seconds; give engine.timeout=SECONDS "
                    f"if it needs longer, and flush stdout after each line{self._stderr_text()}"
                )
            if not select.select([pipe], [], [], _WAIT_SECONDS)[0]:
                continue
            read = os.read(pipe, _LONGEST_LINE)
            if not read or len(self.rest) > _LONGEST_LINE:
                raise EngineError(f"engine=command: {self._death()} before it answered '{asked}'{self._stderr_text()}")
            self.rest += read
        line, _, self.rest = self.rest.partition(b"\n")
        return line.decode(errors="replace").strip()

    def _death(self) -> str:
        try:
            return f"the process ended ({cause_of_death(self.process.wait(_END_SECONDS))})"
        except subprocess.TimeoutExpired:
            return "the process wrote no line, or closed its stdout,"

    def _stderr_text(self) -> str:
        size = os.fstat(self.written.fileno()).st_size
        words = os.pread(self.written.fileno(), _KEPT_OUTPUT, max(0, size - _KEPT_OUTPUT)).decode(errors="replace")
        return f"; on stderr: {final_message(words)}"
