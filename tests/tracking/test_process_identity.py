"""A process is known by pid and start time."""

import subprocess
import sys

from clsbench.tracking.process_identity import process


def test_a_living_process_has_one_identity_and_a_dead_one_none() -> None:
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    identity = process(child.pid)
    assert identity.startswith(f"{child.pid}:")
    assert process(child.pid) == identity
    child.communicate(b"\n")
    assert process(child.pid) == ""


def test_two_processes_never_share_an_identity() -> None:
    assert process() != process(1)
