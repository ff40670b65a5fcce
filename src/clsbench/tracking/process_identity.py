"""Identifies the process that a run belongs to, so that a later start can tell whether it is still alive."""

import os
import platform
from contextlib import suppress
from pathlib import Path

_ENDED = ("Z", "X")  # proc_pid_stat(5): zombie, dead


def host() -> str:
    """This machine's name."""
    return platform.node()


def process(pid: int | None = None) -> str:
    """``pid:start`` of a living process (default: this one), empty if there is none, or only its entry (a zombie).

    The start time (field 22 of /proc/PID/stat, proc(5)) distinguishes a process from a later one with the same pid;
    without /proc it is left out.
    """
    pid = os.getpid() if pid is None else pid
    stat = Path(f"/proc/{pid}/stat")
    if stat.is_file():
        # The command in parentheses may contain spaces; the fields after it are plain: the state, ...
        with suppress(OSError):  # it has ended meanwhile
            fields = stat.read_text().rpartition(")")[2].split()
            return "" if fields[0] in _ENDED else f"{pid}:{fields[19]}"
        return ""
    return f"{pid}:" if not Path("/proc").is_dir() and _lives(pid) else ""


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
