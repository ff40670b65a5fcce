"""The peak memory of this process; an engine's own process is not counted."""

import resource
from contextlib import suppress
from pathlib import Path

_STATUS = Path("/proc/self/status")
_CLEAR = Path("/proc/self/clear_refs")


def peak_rss_mib() -> float:
    """Peak resident memory in MiB, since the process started or since the last ``forget_peak()``."""
    with suppress(OSError):
        for line in _STATUS.read_text().splitlines():
            if line.startswith("VmHWM:"):  # in KiB (proc_pid_status(5)); ru_maxrss would survive an exec
                return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def forget_peak() -> None:
    """Resets the peak, so that each run of a sweep gets its own; without /proc it remains that of the process."""
    with suppress(OSError):
        _CLEAR.write_text("5")  # proc_pid_clear_refs(5): resets VmHWM
