"""An NVIDIA GPU's name, clock rate and memory, as nvidia-smi tells them."""

import os
import subprocess
from collections.abc import Mapping

_SECONDS = 10


def gpu_conditions(device: str) -> Mapping[str, float]:
    """gpu_mhz and device_memory_mib, of all who use it, now; {} for "cpu", and where nvidia-smi does not tell."""
    try:
        mhz, mib = map(float, _told("clocks.sm,memory.used", device).split(","))
    except ValueError:
        return {}
    return {"gpu_mhz": mhz, "device_memory_mib": mib}


def gpu_name(device: str) -> str:
    """What "cuda:N" is, such as "Tesla T4 (cuda:0)"; "cuda:N" itself where nvidia-smi does not tell."""
    name = _told("name", device)
    return f"{name} ({device})" if name else device


def _told(query: str, device: str) -> str:
    """nvidia-smi's line about ``device``; "" for "cpu", and where it does not tell."""
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
        told = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, check=True)
    except (OSError, subprocess.SubprocessError):
        return ""
    return told.stdout.strip()


def _system_index(index: int) -> str:
    # CUDA counts the visible devices, nvidia-smi all of them; it takes numbers and UUIDs alike.
    visible = [each.strip() for each in os.environ.get("CUDA_VISIBLE_DEVICES", "").split(",") if each.strip()]
    return visible[index] if index < len(visible) else str(index)
