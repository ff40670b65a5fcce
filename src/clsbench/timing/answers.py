"""A child process's side: it sends its answers and log as lines of JSON on stdout, and ends with its parent."""

import json
import logging
import os
import signal
import threading
from dataclasses import dataclass, field
from typing import IO, Any

MARK = "clsbench-answer "
_LAST_SECONDS = 3.0


@dataclass(frozen=True)
class Answers:
    """Sends answers; any thread may call it."""

    file: IO[str]
    lock: threading.Lock = field(default_factory=threading.Lock)

    def send(self, name: str, value: Any) -> None:
        """Sends one line."""
        with self.lock:
            self.file.write(MARK + json.dumps({name: value}) + "\n")
            self.file.flush()


class LogSender(logging.Handler):
    """Passes log records to the parent, which keeps the log."""

    def __init__(self, answers: Answers) -> None:
        super().__init__()
        self.answers = answers

    def emit(self, record: logging.LogRecord) -> None:
        """Sends one record."""
        self.answers.send("log", [record.levelno, record.name, record.getMessage()])


def own_stdout() -> Answers:
    """A file for the answers; anything else that prints to stdout goes to stderr."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return Answers(answers)


def end_with_parent() -> None:
    """Waits for the end of stdin, which means the parent's end, then acts like SIGTERM; for a daemon thread."""
    # Not sys.stdin, because this thread would hold its lock when the interpreter shuts down.
    while os.read(0, 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    threading.Event().wait(_LAST_SECONDS)
    os._exit(1)
