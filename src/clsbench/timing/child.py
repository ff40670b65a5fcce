"""The measuring process: `python -m clsbench.timing.child`, a job on stdin, lines of JSON on stdout, nothing else."""

import json
import logging
import os
import signal
import sys
import threading
from dataclasses import dataclass
from types import FrameType
from typing import IO, Any

from clsbench.errors import ClsbenchError
from clsbench.timing.job import job_of
from clsbench.timing.session import run_session

MARK = "clsbench-time "
_LAST_SECONDS = 3.0


def main() -> None:
    """Times the job that stands on stdin; the end of stdin, or SIGTERM, ends it."""
    answers = _own_stdout()
    signal.signal(signal.SIGTERM, _end)
    job = job_of(sys.stdin.readline())
    threading.Thread(target=_end_with_parent, daemon=True).start()
    logging.basicConfig(level=logging.INFO, handlers=[_Told(answers)])
    try:
        run_session(job, answers.tell)
    except ClsbenchError as error:
        answers.tell("error", [type(error).__name__, str(error)])
    else:
        answers.tell("done", True)


@dataclass(frozen=True)
class _Answers:
    file: IO[str]

    def tell(self, name: str, value: Any) -> None:
        """Sends one line."""
        self.file.write(MARK + json.dumps({name: value}) + "\n")
        self.file.flush()


class _Told(logging.Handler):
    """Log records go to the parent, which has the log."""

    def __init__(self, answers: _Answers) -> None:
        super().__init__()
        self.answers = answers

    def emit(self, record: logging.LogRecord) -> None:
        self.answers.tell("log", [record.levelno, record.name, record.getMessage()])


def _own_stdout() -> _Answers:
    """A file for the answers; whatever else prints to stdout goes to stderr."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return _Answers(answers)


def _end(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - the signature of a handler
    raise SystemExit(128 + number)


def _end_with_parent() -> None:
    # Not sys.stdin, whose lock this thread would hold when the interpreter shuts down.
    while os.read(0, 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    threading.Event().wait(_LAST_SECONDS)
    os._exit(1)


if __name__ == "__main__":
    main()
