"""The conditions during a timing: load, other work on our CPUs, clock rate."""

import os
import statistics
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from clsbench.timing.process_tree import cpu_seconds

_STAT = Path("/proc/stat")
_CPUINFO = Path("/proc/cpuinfo")
_TICKS = os.sysconf("SC_CLK_TCK")
# /proc/stat counts in hundredths of a second: its differences are meaningless over less time than this.
_LEAST_SECONDS = 0.5


@dataclass(frozen=True)
class Moment:
    """The state of the machine at one moment."""

    seconds: float
    load: float | None  # processes running or waiting to run, mean of the last minute
    busy_seconds: float | None  # of the CPUs that this process may use, since boot
    own_seconds: float  # CPU time of this process and its children
    cpu_mhz: float | None  # mean over those CPUs


def moment() -> Moment:
    """The state now; values that the system does not provide are None."""
    load = None
    with suppress(OSError):
        load = os.getloadavg()[0]
    cpus = _cpus()
    return Moment(time.perf_counter(), load, busy_seconds(_STAT, cpus), cpu_seconds(), mean_mhz(_CPUINFO, cpus))


def conditions(before: Moment, after: Moment) -> Mapping[str, float]:
    """load_before, load_after, cpu_mhz_before, cpu_mhz_after, and foreign_cores: CPUs kept busy by others."""
    found = {
        "load_before": before.load,
        "load_after": after.load,
        "cpu_mhz_before": before.cpu_mhz,
        "cpu_mhz_after": after.cpu_mhz,
        "foreign_cores": _foreign_cores(before, after),
    }
    return {key: value for key, value in found.items() if value is not None}


def busy_seconds(stat: Path, cpus: set[int]) -> float | None:
    """The time that ``cpus`` were not idle, since boot (proc_stat(5)); None if ``stat`` does not exist."""
    total = 0
    try:
        lines = stat.read_text().splitlines()
    except OSError:
        return None
    for line in lines:
        name, *numbers = line.split() or [""]
        if name.startswith("cpu") and name[3:].isdigit() and int(name[3:]) in cpus:
            user, nice, system, _, _, irq, softirq, *_ = map(int, numbers)
            total += user + nice + system + irq + softirq
    return total / _TICKS


def mean_mhz(cpuinfo: Path, cpus: set[int]) -> float | None:
    """The current clock rate of ``cpus``, if ``cpuinfo`` gives it."""
    rates, cpu = [], -1
    try:
        lines = cpuinfo.read_text().splitlines()
    except OSError:
        return None
    for line in lines:
        key, _, value = line.partition(":")
        if key.strip() == "processor":
            cpu = int(value)
        elif key.strip() == "cpu MHz" and cpu in cpus:
            rates.append(float(value))
    return statistics.fmean(rates) if rates else None


def _foreign_cores(before: Moment, after: Moment) -> float | None:
    elapsed = after.seconds - before.seconds
    if before.busy_seconds is None or after.busy_seconds is None or elapsed < _LEAST_SECONDS:
        return None
    own = after.own_seconds - before.own_seconds
    return max(0.0, (after.busy_seconds - before.busy_seconds - own) / elapsed)


def _cpus() -> set[int]:
    return set(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else set(range(os.cpu_count() or 1))
