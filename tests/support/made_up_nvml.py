"""A module in the place of pynvml: a GPU cannot be had in a test."""

import os
from types import SimpleNamespace
from typing import Any


class NVMLError(Exception):
    pass


def made_up_nvml(millijoules: list[int], reasons: int) -> Any:
    """It tells one energy of ``millijoules`` after the other, then that it knows none."""
    nvml = SimpleNamespace(NVMLError=NVMLError, NVML_CLOCK_SM=1, asked=[])

    def fails(*_: Any) -> Any:
        raise NVMLError("Not Supported")

    def handle(index: Any) -> str:
        nvml.asked.append(index)
        return "handle"

    def energy(_: str) -> int:
        return millijoules.pop(0) if millijoules else fails()

    processes = [
        SimpleNamespace(pid=os.getpid(), usedGpuMemory=512 * 1024**2),
        SimpleNamespace(pid=1, usedGpuMemory=9 * 1024**2),
    ]
    nvml.fails = fails
    nvml.nvmlInit = nvml.nvmlShutdown = lambda: None
    nvml.nvmlDeviceGetHandleByIndex = nvml.nvmlDeviceGetHandleByUUID = handle
    nvml.nvmlDeviceGetClockInfo = lambda _, clock: 1980
    nvml.nvmlDeviceGetMemoryInfo = lambda _: SimpleNamespace(used=2048 * 1024**2)
    nvml.nvmlDeviceGetComputeRunningProcesses = lambda _: processes
    nvml.nvmlDeviceGetTotalEnergyConsumption = energy
    nvml.nvmlDeviceGetCurrentClocksThrottleReasons = lambda _: reasons
    return nvml
