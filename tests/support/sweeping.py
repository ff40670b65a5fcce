"""A sweep in a process of its own, and how far it has come."""

import subprocess
import time
from pathlib import Path

import pytest


def wait_for_jobs(outputs: Path, number: int, process: "subprocess.Popen[bytes]") -> None:
    """Until that many jobs of the sweep that starts now have begun to evaluate."""
    before = set(outputs.glob("sweeps/*"))
    deadline = time.monotonic() + 180
    while time.monotonic() < deadline:
        assert process.poll() is None
        logs = [log for log in outputs.glob("sweeps/*/*/clsbench.log") if log.parents[1] not in before]
        if sum("engine=" in log.read_text() for log in logs) >= number:
            return
        time.sleep(0.05)
    pytest.fail("the sweep did not come that far within three minutes")
