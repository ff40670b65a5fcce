"""The measuring process: its figures, its errors, its death and its end."""

import importlib.util
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clsbench.errors import EngineError
from clsbench.timing.child_process import lines
from clsbench.timing.job import Job
from clsbench.timing.measuring_process import timed
from clsbench.timing.times import Times

ENGINE = """
    import os, sys, time
    from contextlib import contextmanager
    from dataclasses import dataclass
    import numpy as np
    from clsbench.engines.engine import Description
    from clsbench.errors import EngineError

    @dataclass
    class Fated:
        fate: str

        @contextmanager
        def open(self, network):
            if self.fate == "error":
                raise EngineError("engine=fated: no")
            if self.fate == "bug":
                raise KeyError("a bug")
            if self.fate == "death":
                print("printed by a runtime")
                sys.stderr.write("its last words\\n")
                sys.stderr.flush()
                os._exit(3)
            if self.fate == "hang":
                time.sleep(1000)
            yield Predictor()

    class Predictor:
        description = Description("fated", {}, "cpu", 1, 1, 1, "fp32")

        def __call__(self, views):
            return np.zeros((len(views), 2), np.float32)
"""


@pytest.fixture
def fated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Any]:
    """Makes an engine that the measuring process can import."""
    path = tmp_path / "fated_engine.py"
    path.write_text(textwrap.dedent(ENGINE))
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=os.pathsep)
    spec = importlib.util.spec_from_file_location("fated_engine", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "fated_engine", module)
    spec.loader.exec_module(module)
    return module.Fated  # type: ignore[no-any-return]


def test_figures_come_back_and_stages_are_told(fated: Any, job_for: Callable[..., Job]) -> None:
    times, stages = Times(2), list[str]()
    timed(job_for(fated("none")), times, stages.append)
    assert len(times.forward_ms) == 5
    assert times.description
    assert times.description.engine == "fated"
    assert stages[0] == "opening"


def test_an_error_of_ours_comes_back_as_it_was(fated: Any, job_for: Callable[..., Job]) -> None:
    with pytest.raises(EngineError, match=r"^engine=fated: no$"):
        timed(job_for(fated("error")), Times(1), lambda _: None)


@pytest.mark.parametrize(
    ("fate", "words"), [("death", "opening.*exit code 3.*its last words"), ("bug", "opening.*KeyError: 'a bug'")]
)
def test_its_death_is_one_error_with_stage_cause_and_last_words(
    fated: Any, job_for: Callable[..., Job], fate: str, words: str
) -> None:
    with pytest.raises(EngineError, match=words):
        timed(job_for(fated(fate)), Times(1), lambda _: None)


def _measuring(parent: int) -> list[int]:
    """The measuring processes below ``parent``."""
    told = subprocess.run(["ps", "-ww", "-eo", "pid,ppid,args"], capture_output=True, text=True, check=True).stdout
    rows = [line.split(maxsplit=2) for line in told.splitlines() if "clsbench.timing.child" in line]
    return [int(pid) for pid, ppid, _ in rows if int(ppid) == parent]


def test_an_exception_in_the_parent_ends_it(fated: Any, job_for: Callable[..., Job]) -> None:
    def stop(stage: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        timed(job_for(fated("hang")), Times(1), stop)
    assert not _measuring(os.getpid())


def test_a_kill_from_outside_is_named(fated: Any, job_for: Callable[..., Job]) -> None:
    def kill(stage: str) -> None:
        (pid,) = _measuring(os.getpid())
        os.kill(pid, signal.SIGKILL)

    with pytest.raises(EngineError, match="SIGKILL"):
        timed(job_for(fated("hang")), Times(1), kill)


def test_a_signal_that_interrupts_no_wait_is_handled_all_the_same(fated: Any, job_for: Callable[..., Job]) -> None:
    def stop(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    def signalled_elsewhere() -> None:
        time.sleep(0.5)
        signal.pthread_kill(threading.get_ident(), signal.SIGUSR1)  # the main thread's wait goes on

    before = signal.signal(signal.SIGUSR1, stop)
    try:
        with pytest.raises(KeyboardInterrupt):
            timed(job_for(fated("hang")), Times(1), lambda _: threading.Thread(target=signalled_elsewhere).start())
    finally:
        signal.signal(signal.SIGUSR1, before)
    assert not _measuring(os.getpid())


@given(st.lists(st.binary(max_size=20), max_size=6))
def test_lines_come_whole_however_they_are_written(pieces: list[bytes]) -> None:
    reading, writing = os.pipe()
    try:
        for piece in pieces:
            os.write(writing, piece)
        os.close(writing)
        found = list(lines(reading))
    finally:
        os.close(reading)
    written = b"".join(pieces)
    assert b"\n".join([*found, b""] if written.endswith(b"\n") else found) == written


def test_it_ends_with_its_parent(fated: Any, job_for: Callable[..., Job]) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "clsbench.timing.child"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdin
    assert process.stdout
    process.stdin.write(job_for(fated("hang")).to_line().encode() + b"\n")
    process.stdin.flush()
    assert b"opening" in process.stdout.readline()
    process.stdin.close()  # what the parent's death does
    assert process.wait(20) != 0
    process.stdout.close()
