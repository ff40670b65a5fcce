"""A process is known by pid and start time."""

import subprocess
import sys
import time
from pathlib import Path

from clsbench.tracking.process_identity import process


def test_a_living_process_has_one_identity_and_a_dead_one_none() -> None:
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    identity = process(child.pid)
    assert identity.startswith(f"{child.pid}:")
    assert process(child.pid) == identity
    child.communicate(b"\n")
    assert process(child.pid) == ""


def test_a_process_that_has_ended_and_was_not_waited_for_is_dead() -> None:
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    assert process(child.pid)
    child.kill()
    deadline = time.monotonic() + 30
    while process(child.pid) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert Path(f"/proc/{child.pid}").exists()
    assert process(child.pid) == ""
    child.communicate()


def test_two_processes_never_share_an_identity() -> None:
    assert process() != process(1)
