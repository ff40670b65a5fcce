"""The number of cores that this process may really use: its CPU affinity and the quota of its cgroups."""

import math
import os
from pathlib import Path

_OWN_CGROUPS = Path("/proc/self/cgroup")
_MOUNT = Path("/sys/fs/cgroup")


def available_cores() -> int:
    """The cores of this process, at least 1; a quota of 1.5 cores counts as 2."""
    affinity = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    quota = cgroup_quota(_OWN_CGROUPS, _MOUNT)
    return affinity if quota is None else max(1, min(affinity, math.ceil(quota)))


def take_share(number: int, count: int) -> None:
    """Pins this process, the ``number``-th (from 0) of ``count``, to its share of the cores, at least one."""
    if not hasattr(os, "sched_setaffinity"):
        return
    cores, share = sorted(os.sched_getaffinity(0)), max(1, available_cores() // count)
    os.sched_setaffinity(0, {cores[(number * share + each) % len(cores)] for each in range(share)})


def cgroup_quota(own_cgroups: Path, mount: Path) -> float | None:
    """The tightest ``cpu.max`` (cgroup v2) of the process's own group and its ancestors, in cores; None = no limit."""
    try:
        lines = own_cgroups.read_text().splitlines()
    except OSError:
        return None
    # Format of /proc/self/cgroup: the line of the v2 hierarchy is "0::/path" (cgroups(7)).
    paths = [line.removeprefix("0::/") for line in lines if line.startswith("0::/")]
    if not paths:
        return None
    group = mount / paths[0]
    groups = [group, *group.parents][: len(Path(paths[0]).parts) + 1]
    quotas = [quota for quota in map(_quota, groups) if quota is not None]
    return min(quotas, default=None)


def _quota(group: Path) -> float | None:
    try:
        quota, period = (group / "cpu.max").read_text().split()
    except (OSError, ValueError):
        return None
    return None if quota == "max" else int(quota) / int(period)
