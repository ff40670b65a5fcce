"""The parent's side of the measuring process: start it, listen, and explain its death."""

import json
import logging
import os
import select
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import IO, Any

from clsbench import errors
from clsbench.engines.caffe.messages import cause_of_death, last_words
from clsbench.errors import EngineError
from clsbench.timing.child import MARK
from clsbench.timing.job import Job
from clsbench.timing.times import Times

log = logging.getLogger(__name__)

_KEPT_OUTPUT = 64 * 1024
_END_SECONDS = 3.0
_WAIT_SECONDS = 0.2
_PIPE_BYTES = 64 * 1024


def timed(job: Job, times: Times, staged: Callable[[str], None]) -> None:
    """Fills ``times`` as the figures come in, and calls ``staged`` with what goes on.

    Raises EngineError where the process dies, and whatever ClsbenchError it ran into.
    """
    with tempfile.TemporaryFile() as written, _process(job, written) as process:
        _Listener(process, written, times, staged).listen()


def _lines(pipe: int) -> Iterator[bytes]:
    """The lines that come through, without their ends.

    Waits are cut into pieces: a signal that comes in the moment before a wait is handled by Python only after it.
    """
    pieces: list[bytes] = []
    while True:
        if not select.select([pipe], [], [], _WAIT_SECONDS)[0]:
            continue
        read = os.read(pipe, _PIPE_BYTES)
        if not read:
            break
        first, *others = read.split(b"\n")
        pieces.append(first)
        for other in others:
            yield b"".join(pieces)
            pieces = [other]
    if rest := b"".join(pieces):
        yield rest


@dataclass
class _Listener:
    process: "subprocess.Popen[bytes]"
    written: IO[bytes]
    times: Times
    staged: Callable[[str], None]
    stage: str = "starting"

    def listen(self) -> None:
        """Until the process is done."""
        for name, value in self._messages():
            if name == "done":
                return
            self._take(name, value)
        raise EngineError(
            f"task=time: the measuring process died while {self.stage} ({cause_of_death(self.process.wait())}): "
            f"{last_words(self._output())}"
        )

    def _take(self, name: str, value: Any) -> None:
        if name == "stage":
            self.stage = value
            self.staged(value)
        elif name == "log":
            level, logger, text = value
            logging.getLogger(logger).log(level, "%s", text)
        elif name == "error":
            kind, text = value
            raise getattr(errors, kind)(text)
        else:
            self.times.take(name, value)

    def _messages(self) -> Iterator[tuple[str, Any]]:
        assert self.process.stdout
        for line in _lines(self.process.stdout.fileno()):
            text = line.decode(errors="replace")
            if text.startswith(MARK):
                yield from json.loads(text.removeprefix(MARK)).items()
            else:
                log.debug("measuring process: %s", text.rstrip())

    def _output(self) -> str:
        size = os.fstat(self.written.fileno()).st_size
        return os.pread(self.written.fileno(), _KEPT_OUTPUT, max(0, size - _KEPT_OUTPUT)).decode(errors="replace")


@contextmanager
def _process(job: Job, written: IO[bytes]) -> Iterator["subprocess.Popen[bytes]"]:
    process = subprocess.Popen(
        # -P: nothing is imported from the folder that the user happens to be in
        [sys.executable, "-P", "-m", "clsbench.timing.child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=written,
        start_new_session=True,  # Ctrl-C at the terminal reaches this process only
    )
    try:
        assert process.stdin
        with suppress(BrokenPipeError):
            os.write(process.stdin.fileno(), job.to_line().encode() + b"\n")
        yield process
    finally:
        _end(process)


def _end(process: "subprocess.Popen[bytes]") -> None:
    """In order, so that it ends a process of its own too; by force where that takes long."""
    process.terminate()
    try:
        process.wait(_END_SECONDS)
    except subprocess.TimeoutExpired:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe:
            with suppress(BrokenPipeError):
                pipe.close()
