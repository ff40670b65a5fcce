"""The parent's side of the measuring process: start it, listen, and explain its death."""

import os
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import IO, Any

from clsbench import errors
from clsbench.engines.caffe.messages import cause_of_death, final_message
from clsbench.errors import EngineError
from clsbench.timing.child_process import answers_of, end, output, started
from clsbench.timing.job import Job
from clsbench.timing.times import Times

_END_SECONDS = 3.0


def timed(job: Job, times: Times, staged: Callable[[str], None]) -> None:
    """Fills ``times`` as the figures arrive, and calls ``staged`` with the current stage.

    Raises EngineError if the process dies, and any ClsbenchError that it ran into.
    """
    with tempfile.TemporaryFile() as written, _process(job, written) as process:
        _Listener(process, written, times, staged).listen()


@dataclass
class _Listener:
    process: "subprocess.Popen[bytes]"
    written: IO[bytes]
    times: Times
    staged: Callable[[str], None]
    stage: str = "starting"

    def listen(self) -> None:
        """Until the process is done."""
        for name, value in answers_of(self.process):
            if name == "done":
                return
            self._take(name, value)
        raise EngineError(
            f"task=time: the measuring process died while {self.stage} ({cause_of_death(self.process.wait())}): "
            f"{final_message(output(self.written))}"
        )

    def _take(self, name: str, value: Any) -> None:
        if name == "stage":
            self.stage = value
            self.staged(value)
        elif name == "error":
            kind, text = value
            raise getattr(errors, kind)(text)
        else:
            self.times.take(name, value)


@contextmanager
def _process(job: Job, written: IO[bytes]) -> Iterator["subprocess.Popen[bytes]"]:
    process = started(["clsbench.timing.child"], written)
    try:
        assert process.stdin
        with suppress(BrokenPipeError):
            os.write(process.stdin.fileno(), job.to_line().encode() + b"\n")
        yield process
    finally:
        end(process, _END_SECONDS)
