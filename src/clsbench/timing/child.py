"""The measuring process: `python -m clsbench.timing.child`, with a job on stdin and only lines of JSON on stdout."""

import logging
import signal
import sys
import threading
from types import FrameType

from clsbench.errors import ClsbenchError
from clsbench.timing.answers import LogSender, end_with_parent, own_stdout
from clsbench.timing.job import job_of
from clsbench.timing.session import run_session


def main() -> None:
    """Times the job given on stdin; the end of stdin, or SIGTERM, ends it."""
    answers = own_stdout()
    signal.signal(signal.SIGTERM, _end)
    job = job_of(sys.stdin.readline())
    threading.Thread(target=end_with_parent, daemon=True).start()
    logging.basicConfig(level=logging.INFO, handlers=[LogSender(answers)])
    try:
        run_session(job, answers.send)
    except ClsbenchError as error:
        answers.send("error", [type(error).__name__, str(error)])
    else:
        answers.send("done", True)


def _end(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - the signature of a handler
    raise SystemExit(128 + number)


if __name__ == "__main__":
    main()
