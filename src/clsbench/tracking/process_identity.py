"""Which process a run belongs to, so that a later start can tell whether it still lives."""

import os
import platform
from pathlib import Path


def host() -> str:
    """This machine's name."""
    return platform.node()


def process(pid: int | None = None) -> str:
    """``pid:start`` of a living process (default: this one), empty where there is none.

    The start time (field 22 of /proc/PID/stat, proc(5)) tells a process from a later one with the same pid;
    without /proc it is left out.
    """
    pid = os.getpid() if pid is None else pid
    stat = Path(f"/proc/{pid}/stat")
    if stat.is_file():
        # The command in parentheses may hold spaces; the fields after it are plain.
        return f"{pid}:{stat.read_text().rpartition(')')[2].split()[19]}"
    return f"{pid}:" if not Path("/proc").is_dir() and _lives(pid) else ""


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
