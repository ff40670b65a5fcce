"""How busy the machine is during a run: MLflow's own system metrics, sampled between two images.

MLflow's monitors measure. Its thread is not used, because it would write past the run's spool and wait for a store that
is away. ``MLFLOW_SYSTEM_METRICS_SAMPLING_INTERVAL`` is honoured as in MLflow.
"""

import time
from dataclasses import dataclass, field
from importlib import import_module
from typing import Protocol

from mlflow.environment_variables import MLFLOW_SYSTEM_METRICS_SAMPLING_INTERVAL

_SECONDS = 10.0  # as in mlflow.system_metrics.SystemMetricsMonitor: a shorter run has none
_MONITORS = ("cpu_monitor.CPUMonitor", "disk_monitor.DiskMonitor", "network_monitor.NetworkMonitor")
_GPU_MONITORS = ("gpu_monitor.GPUMonitor", "rocm_monitor.ROCMMonitor")


class _Monitor(Protocol):
    def collect_metrics(self) -> None: ...

    def aggregate_metrics(self) -> dict[str, float]: ...

    def clear_metrics(self) -> None: ...


@dataclass
class SystemMetrics:
    """CPU, memory, disk, network and, with ``nvidia-ml-py``, the GPU; ``seconds`` between two samples."""

    seconds: float
    _monitors: list[_Monitor] = field(init=False)
    _last: float = field(init=False)
    _samples: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        self._monitors = [monitor for name in _MONITORS + _GPU_MONITORS if (monitor := _monitor(name))]
        for monitor in self._monitors:  # a first reading does not give a rate yet
            monitor.collect_metrics()
            monitor.clear_metrics()
        self._last = time.monotonic()

    def due(self) -> tuple[dict[str, float], int]:
        """The metrics (``system/cpu_utilization_percentage``, ...) and their step; none before the next is due."""
        if time.monotonic() - self._last < self.seconds:
            return {}, self._samples
        self._last = time.monotonic()
        values: dict[str, float] = {}
        for monitor in self._monitors:
            monitor.collect_metrics()
            values |= {f"system/{key}": value for key, value in monitor.aggregate_metrics().items()}
            monitor.clear_metrics()
        self._samples += 1
        return values, self._samples - 1


def system_metrics() -> SystemMetrics:
    """Samples at MLflow's interval, from now on."""
    return SystemMetrics(MLFLOW_SYSTEM_METRICS_SAMPLING_INTERVAL.get() or _SECONDS)  # type: ignore[no-untyped-call]


def _monitor(name: str) -> _Monitor | None:
    """None if what it monitors, or the package that monitors it, is not available."""
    module, kind = name.split(".")
    try:
        monitor: _Monitor = getattr(import_module(f"mlflow.system_metrics.metrics.{module}"), kind)()
    except Exception:  # noqa: BLE001 - MLflow's own start catches whatever a monitor raises: no GPU, no driver
        return None
    return monitor
