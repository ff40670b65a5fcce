"""The processes of a launcher, ended in order when the sweep is."""

import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from clsbench.timing.process_tree import descendants

# A job closes its run as KILLED within two seconds of the signal; on a busy machine that takes longer.
_GRACE_SECONDS = 10.0


def end_children(closed: Callable[[], bool]) -> None:
    """Lets every process below this one that is in a run close it, until all are ``closed``, then kills them.

    Only those in a run catch SIGTERM. Another would die of it, and joblib then kills the rest at once.
    """
    told: set[int] = set()
    deadline = time.monotonic() + _GRACE_SECONDS
    while not closed() and time.monotonic() < deadline:
        # Each round anew: one that was about to begin its run is in it only now.
        for pid in [each for each in descendants(os.getpid()) if each not in told and _catches_sigterm(each)]:
            told.add(pid)
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)
        time.sleep(0.05)
    for pid in list(descendants(os.getpid())):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def _catches_sigterm(pid: int) -> bool:
    """By the mask of caught signals in /proc/PID/status (proc_pid_status(5)); the dead have none."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("SigCgt:"):
                return bool(int(line.split()[1], 16) >> (signal.SIGTERM - 1) & 1)
    return False
