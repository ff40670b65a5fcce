"""The parent's side of pycaffe's process: start it, hand it batches, and explain its death."""

import json
import logging
import os
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from clsbench.engines.caffe.messages import cause_of_death, cure_of, final_message
from clsbench.engines.caffe.python import CURE, WORKER
from clsbench.engines.caffe.worker import MARK
from clsbench.engines.shared_arrays import SharedArrays, shared_arrays
from clsbench.errors import EngineError, MissingEngineError

log = logging.getLogger(__name__)

_KEPT_OUTPUT = 64 * 1024  # bytes of the process's last output that are searched for an error
_LONGEST_LINE = 64 * 1024
_WAIT_SECONDS = 5.0


@dataclass(frozen=True)
class Setup:
    """The process's first line on stdin; ``gpu`` None means the CPU.

    ``gathers``: the net has a BatchNorm that gathers statistics in ``phase``, which not every pycaffe supports.
    """

    prototxt: str
    caffemodel: str
    output: str
    gpu: int | None
    views_shape: tuple[int, int, int, int]
    scores_shape: tuple[int, int]
    phase: str
    gathers: bool


@dataclass
class CaffeProcess:
    """A process with an open net; one batch at a time."""

    python: Path
    process: "subprocess.Popen[bytes]"
    arrays: SharedArrays
    written: IO[bytes]  # its stderr
    stage: str = "starting"
    ended: bool = False  # by us
    versions: Mapping[str, str] = field(default_factory=dict)

    def forward(self, views: NDArray[np.float32]) -> NDArray[np.float32]:
        """Scores (batch, class) of at most as many views as the setup's shape allows."""
        self.stage = f"forwarding {len(views)} views"
        self.arrays.views[: len(views)] = views
        self.send(str(len(views)))
        self.until("done")
        return self.arrays.scores[: len(views)].copy()

    def done(self, command: str) -> Any:
        """The result of one of the worker's COMMANDS, which work on the views of the last forward."""
        self.stage = f"running {command}"
        self.send(command)
        return self.until("done")

    def send(self, line: str) -> None:
        """Writes one line to the process; if it is dead, the next read notices."""
        self._check_open()
        assert self.process.stdin
        with suppress(BrokenPipeError):
            # Bypasses Python's buffer, which would keep what a dead process did not accept and raise again on closing.
            os.write(self.process.stdin.fileno(), line.encode() + b"\n")

    def until(self, key: str) -> Any:
        """The value of the first answer with ``key``. Raises EngineError on an error, or if the process ends."""
        for message in self._answers():
            if key in message:
                return message[key]
            if "stage" in message:
                self.stage = message["stage"]
            elif "missing" in message:
                raise MissingEngineError(
                    f"engine.python={self.python}: no pycaffe in it ({message['missing']}); {CURE}"
                )
            else:
                raise EngineError(f"engine=caffe: failed while {self.stage}: {message.get('error', message)}")
        self._check_open()
        words = final_message(self.output())
        raise EngineError(f"engine=caffe: pycaffe died while {self.stage} ({self._cause()}): {words}{cure_of(words)}")

    def output(self) -> str:
        """The last of what the process wrote to stderr."""
        size = os.fstat(self.written.fileno()).st_size
        return os.pread(self.written.fileno(), _KEPT_OUTPUT, max(0, size - _KEPT_OUTPUT)).decode(errors="replace")

    def end(self) -> None:
        """Kills the process and its children; it has nothing to save, and may be in the middle of a long forward."""
        self.ended = True
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def _check_open(self) -> None:
        if self.ended:
            raise EngineError(f"engine=caffe: closed while {self.stage}")

    def _answers(self) -> Iterator[dict[str, Any]]:
        assert self.process.stdout
        while line := self.process.stdout.readline(_LONGEST_LINE):
            text = line.decode(errors="replace")
            if not text.startswith(MARK):  # printed before the worker took over stdout
                log.debug("pycaffe: %s", text.rstrip())
                continue
            try:
                yield json.loads(text.removeprefix(MARK))
            except ValueError as error:
                raise EngineError(f"engine=caffe: garbled answer while {self.stage}: {text[:200]!r}") from error

    def _cause(self) -> str:
        try:
            return cause_of_death(self.process.wait(_WAIT_SECONDS))
        except subprocess.TimeoutExpired:
            return "it closed its output, but is still running"


@contextmanager
def caffe_process(python: Path, setup: Setup, threads: int) -> Iterator[CaffeProcess]:
    """A process with the net loaded; it ends with the block, and on its own if this process dies."""
    with (
        shared_arrays(setup.views_shape, setup.scores_shape) as arrays,
        tempfile.TemporaryFile() as written,
        _started(python, threads, written) as process,
    ):
        caffe = CaffeProcess(python, process, arrays, written)
        try:
            caffe.send(json.dumps({**asdict(setup), "arrays": str(arrays.path)}))
            caffe.versions = caffe.until("ready")
            yield caffe
        finally:
            caffe.end()
            log.debug("pycaffe wrote: %s", caffe.output())


def _started(python: Path, threads: int, written: IO[bytes]) -> "subprocess.Popen[bytes]":
    try:
        return subprocess.Popen(
            [python, WORKER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=written,
            env=os.environ | _environment(threads),
            start_new_session=True,  # so that Ctrl-C at the terminal reaches only this process
        )
    except OSError as error:
        raise MissingEngineError(f"engine.python={python}: cannot be started ({error}); {CURE}") from error


def _environment(threads: int) -> Mapping[str, str]:
    blas = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), str(threads))
    # 2 keeps errors and the fatal message, and omits the line or two that Caffe logs for every layer.
    return {**blas, "GLOG_minloglevel": "2", "GLOG_logtostderr": "1"}
