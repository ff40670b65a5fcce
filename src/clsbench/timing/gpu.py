"""An NVIDIA GPU's clock rate and memory, as nvidia-smi tells them."""

import os
import subprocess
from collections.abc import Mapping

_QUERY = ["nvidia-smi", "--query-gpu=clocks.sm,memory.used", "--format=csv,noheader,nounits"]
_SECONDS = 10


def gpu_conditions(device: str) -> Mapping[str, float]:
    """gpu_mhz and device_memory_mib, of all who use it, now; {} for "cpu", and where nvidia-smi does not tell."""
    kind, _, index = device.partition(":")
    if kind != "cuda":
        return {}
    command = [*_QUERY, "-i", _system_index(int(index or 0))]
    try:
        told = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, check=True)
        mhz, mib = (float(value) for value in told.stdout.split(","))
    except (OSError, ValueError, subprocess.SubprocessError):
        return {}
    return {"gpu_mhz": mhz, "device_memory_mib": mib}


def _system_index(index: int) -> str:
    # CUDA counts the visible devices, nvidia-smi all of them; it takes numbers and UUIDs alike.
    visible = [each.strip() for each in os.environ.get("CUDA_VISIBLE_DEVICES", "").split(",") if each.strip()]
    return visible[index] if index < len(visible) else str(index)
