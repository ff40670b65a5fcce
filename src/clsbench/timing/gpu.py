"""An NVIDIA GPU's name, clock rate, memory and energy, from NVML or else nvidia-smi."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile

from clsbench.timing.nvml import GpuMoment, gpu_count, gpu_moment

VISIBLE = "CUDA_VISIBLE_DEVICES"
_SECONDS = 10


@dataclass(frozen=True)
class GpuConditions:
    """Values by metric name, and what slowed the GPU down, in words."""

    metrics: Mapping[str, float]
    slowed_by: Sequence[str] = ()


def gpu_before(device: str) -> GpuMoment | None:
    """The baseline for ``gpu_conditions``; None for "cpu", and if NVML is not available."""
    kind, _, index = device.partition(":")
    return gpu_moment(_system_index(int(index or 0))) if kind == "cuda" else None


def gpu_conditions(device: str, before: GpuMoment | None) -> GpuConditions:
    """gpu_mhz and device_memory_mib, of all users, now; with NVML also gpu_process_mib, and gpu_joules since then.

    Empty for "cpu"; values that neither NVML nor nvidia-smi provides are absent.
    """
    now = gpu_before(device)
    if now is None:
        return GpuConditions(_smi_conditions(device))
    joules = now.joules - before.joules if before and before.joules is not None and now.joules is not None else None
    values = {
        "gpu_mhz": now.mhz,
        "device_memory_mib": now.memory_mib,
        "gpu_process_mib": now.own_memory_mib,
        "gpu_joules": joules,
    }
    return GpuConditions({key: value for key, value in values.items() if value is not None}, now.slowed_by)


def _smi_conditions(device: str) -> Mapping[str, float]:
    try:
        mhz, mib = map(float, _query_nvidia_smi("clocks.sm,memory.used", device).split(","))
    except ValueError:
        return {}
    return {"gpu_mhz": mhz, "device_memory_mib": mib}


def gpu_name(device: str) -> str:
    """The name of "cuda:N", such as "Tesla T4 (cuda:0)"; "cuda:N" itself if nvidia-smi does not report one."""
    name = _query_nvidia_smi("name", device)
    return f"{name} ({device})" if name else device


def _query_nvidia_smi(query: str, device: str) -> str:
    """The line of nvidia-smi about ``device``; empty for "cpu", or if nvidia-smi does not answer."""
    kind, _, index = device.partition(":")
    if kind != "cuda":
        return ""
    command = [
        "nvidia-smi",
        f"--query-gpu={query}",
        "--format=csv,noheader,nounits",
        "-i",
        _system_index(int(index or 0)),
    ]
    try:
        completed = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, check=True)
    except (OSError, subprocess.SubprocessError):
        return ""
    return completed.stdout.strip()


def _system_index(index: int) -> str:
    # CUDA counts the visible devices, nvidia-smi counts all; it accepts numbers and UUIDs alike.
    visible = [each.strip() for each in os.environ.get(VISIBLE, "").split(",") if each.strip()]
    return visible[index] if index < len(visible) else str(index)


def visible_gpus() -> Sequence[str]:
    """The GPUs visible to CUDA in this process, in its order, as named in CUDA_VISIBLE_DEVICES; empty without any.

    The variable is trusted; without it, NVML or else nvidia-smi counts.
    """
    given = os.environ.get(VISIBLE)
    if given is None:
        return [str(index) for index in range(gpu_count() or _smi_count())]
    # CUDA ignores the first invalid entry and all after it (CUDA's programming guide on the variable).
    return list(takewhile(lambda each: each not in ("", "-1"), map(str.strip, given.split(","))))


def _smi_count() -> int:
    command = ["nvidia-smi", "--query-gpu=index", "--format=csv,noheader"]
    try:
        completed = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, check=True)
    except (OSError, subprocess.SubprocessError):
        return 0
    return len(completed.stdout.split())
