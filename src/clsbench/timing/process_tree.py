"""The memory and CPU time of this process and its children, from /proc."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_PROC = Path("/proc")
_TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds() -> float:
    """User and system time so far of this process, its children, and those of them that have ended."""
    times = os.times()
    total = times.user + times.system + times.children_user + times.children_system
    for pid in descendants(os.getpid()):
        with suppress(OSError):
            # utime and stime, fields 14 and 15 (proc_pid_stat(5))
            total += sum(map(int, _stat(pid)[11:13])) / _TICKS
    return total


def peak_rss_mib() -> float:
    """The peaks of resident memory of all of them, summed; 0 without /proc."""
    return sum(map(_peak_mib, [os.getpid(), *descendants(os.getpid())]))


def descendants(pid: int) -> Iterator[int]:
    """The living processes below ``pid``."""
    parents: dict[int, int] = {}
    with suppress(OSError):
        for each in _PROC.iterdir():
            if each.name.isdigit():
                with suppress(OSError):  # it has ended in the meantime
                    parents[int(each.name)] = int(_stat(int(each.name))[1])
    generation = {pid}
    while generation := {child for child, parent in parents.items() if parent in generation}:
        yield from generation


def _stat(pid: int) -> list[str]:
    """The fields after the command, which may contain spaces: state, parent, ..."""
    return (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()


def _peak_mib(pid: int) -> float:
    with suppress(OSError):
        for line in (_PROC / str(pid) / "status").read_text().splitlines():
            if line.startswith("VmHWM:"):  # in KiB (proc_pid_status(5))
                return int(line.split()[1]) / 1024
    return 0.0
