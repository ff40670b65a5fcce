"""Facts about a GPU from NVIDIA's management library, through nvidia-ml-py (``pip install 'clsbench[gpu]'``)."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib import import_module
from typing import Any

_MIB = 1024 * 1024
# nvml.h, nvmlClocksEventReasons: what slows a busy GPU down, but not idling or a clock set by the user.
_SLOWED = {
    0x04: "its power limit",
    0x08: "a hardware slowdown",
    0x20: "its temperature",
    0x40: "its temperature",
    0x80: "a power brake",
}


@dataclass(frozen=True)
class GpuMoment:
    """A GPU at one moment; values that the library does not provide are None."""

    mhz: float | None = None  # of the multiprocessors
    memory_mib: float | None = None  # of all its users
    own_memory_mib: float | None = None  # of this process
    joules: float | None = None  # since the driver was loaded
    slowed_by: tuple[str, ...] = ()


def gpu_moment(index: str) -> GpuMoment | None:
    """The state now; ``index`` is a number or a UUID, as in nvidia-smi. None if the library is not available."""
    with _library() as nvml:
        if nvml is None:
            return None
        try:
            find = nvml.nvmlDeviceGetHandleByIndex if index.isdecimal() else nvml.nvmlDeviceGetHandleByUUID
            gpu = find(int(index) if index.isdecimal() else index)
        except nvml.NVMLError:
            return None
        return GpuMoment(
            mhz=_value_or_none(nvml, lambda: float(nvml.nvmlDeviceGetClockInfo(gpu, nvml.NVML_CLOCK_SM))),
            memory_mib=_value_or_none(nvml, lambda: nvml.nvmlDeviceGetMemoryInfo(gpu).used / _MIB),
            own_memory_mib=_value_or_none(nvml, lambda: _own_mib(nvml.nvmlDeviceGetComputeRunningProcesses(gpu))),
            joules=_value_or_none(nvml, lambda: nvml.nvmlDeviceGetTotalEnergyConsumption(gpu) / 1000),
            slowed_by=_value_or_none(nvml, lambda: _reasons(nvml.nvmlDeviceGetCurrentClocksThrottleReasons(gpu))) or (),
        )


def gpu_count() -> int:
    """The number of GPUs; also 0 if the library is not available."""
    with _library() as nvml:
        return 0 if nvml is None else _value_or_none(nvml, nvml.nvmlDeviceGetCount) or 0


@contextmanager
def _library() -> Iterator[Any]:
    try:
        nvml = import_module("pynvml")
        nvml.nvmlInit()
    except Exception:  # noqa: BLE001 - not installed, no driver, or a driver that is too old
        yield None
        return
    try:
        yield nvml
    finally:
        with suppress(nvml.NVMLError):
            nvml.nvmlShutdown()


def _value_or_none(nvml: Any, ask: Any) -> Any:
    try:
        return ask()
    except nvml.NVMLError:  # older cards do not report their energy, and some virtual ones report nothing
        return None


def _own_mib(processes: Any) -> float | None:
    used = [each.usedGpuMemory for each in processes if each.pid == os.getpid()]
    return sum(used) / _MIB if used and all(used) else None


def _reasons(bits: int) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words for bit, words in _SLOWED.items() if bits & bit))
