"""The processes of a launcher, ended in order when the sweep is."""

import os
import signal
import time
from contextlib import suppress

from clsbench.timing.process_tree import descendants

# A job closes its run as KILLED within two seconds of the signal.
_GRACE_SECONDS = 4.0


def end_children() -> None:
    """Sends SIGTERM to every process below this one, waits for their runs to be closed, and kills what is left."""
    for pid in list(descendants(os.getpid())):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + _GRACE_SECONDS
    while _living() and time.monotonic() < deadline:
        time.sleep(0.05)
    for pid in list(descendants(os.getpid())):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def _living() -> bool:
    with suppress(ChildProcessError):  # the dead are still listed until they are waited for
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    return any(descendants(os.getpid()))
