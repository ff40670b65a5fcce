"""The parent's side of a child process: start it, read its answers, end it in an orderly way."""

import json
import logging
import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import IO, Any

from clsbench.timing.answers import MARK

log = logging.getLogger(__name__)

_KEPT_OUTPUT = 64 * 1024
_WAIT_SECONDS = 0.2
_PIPE_BYTES = 64 * 1024


def started(
    module: Sequence[str], written: IO[bytes], environment: Mapping[str, str] | None = None
) -> "subprocess.Popen[bytes]":
    """``python -m module ...``, with stderr going to ``written``; stdin and stdout are pipes.

    ``environment``: the variables that differ for it.
    """
    return subprocess.Popen(
        # -P: import nothing from the user's current folder
        [sys.executable, "-P", "-m", *module],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=written,
        start_new_session=True,  # so that Ctrl-C at the terminal reaches only this process
        env={**os.environ, **(environment or {})},
    )


def lines(pipe: int) -> Iterator[bytes]:
    """The incoming lines, without their ends.

    Waits are cut into pieces, because a signal that arrives just before a wait is handled by Python only after it.
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


def answers_of(process: "subprocess.Popen[bytes]") -> Iterator[tuple[str, Any]]:
    """The process's answers, until it ends; its log records go to the loggers that they came from."""
    assert process.stdout
    for line in lines(process.stdout.fileno()):
        text = line.decode(errors="replace")
        if not text.startswith(MARK):
            log.debug("process %d: %s", process.pid, text.rstrip())
            continue
        for name, value in json.loads(text.removeprefix(MARK)).items():
            if name == "log":
                level, logger, said = value
                logging.getLogger(logger).log(level, "%s", said)
            else:
                yield name, value


def output(written: IO[bytes]) -> str:
    """The last of what it wrote."""
    size = os.fstat(written.fileno()).st_size
    return os.pread(written.fileno(), _KEPT_OUTPUT, max(0, size - _KEPT_OUTPUT)).decode(errors="replace")


def end(process: "subprocess.Popen[bytes]", seconds: float) -> None:
    """Ends it in an orderly way, so that it can end its own processes; by force if that takes long. Closes pipes."""
    stop(process, seconds)
    close(process)


def stop(process: "subprocess.Popen[bytes]", seconds: float) -> None:
    """Like ``end``, while another thread may still read its last answers."""
    process.terminate()
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def close(process: "subprocess.Popen[bytes]") -> None:
    """Closes its pipes."""
    for pipe in (process.stdin, process.stdout):
        if pipe:
            with suppress(BrokenPipeError):
                pipe.close()
