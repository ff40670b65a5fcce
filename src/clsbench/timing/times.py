"""The measurements of one cell so far."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from clsbench.engines.engine import Description
from clsbench.engines.timed import LayerTime

_PERCENTILES = (50, 90, 99)


@dataclass
class Times:
    """Milliseconds are one entry per call, of ``batch`` views."""

    batch: int
    description: Description | None = None
    load_seconds: float | None = None
    first_batch_ms: float | None = None
    peak_rss_mib: float | None = None
    forward_ms: Sequence[float] = ()
    backward_ms: Sequence[float] = ()
    conditions: Mapping[str, float] = field(default_factory=dict)
    slowed_by: Sequence[str] = ()  # what slowed a GPU down, in words
    layers: Sequence[LayerTime] = ()

    def take(self, name: str, value: Any) -> None:
        """Stores what a session reported as ``name``."""
        if name == "description":
            value = Description(**value)
        elif name == "layers":
            value = [LayerTime(*row) for row in value]
        assert hasattr(self, name), name
        setattr(self, name, value)

    def metrics(self) -> dict[str, float]:
        """Values by metric name; what was not measured is absent."""
        metrics = dict(self.conditions)
        joules = metrics.pop("gpu_joules", None)
        for name in ("load_seconds", "first_batch_ms", "peak_rss_mib"):
            value = getattr(self, name)
            if value:
                metrics[name] = value
        metrics |= statistics_of("forward_ms", self.forward_ms) | statistics_of("backward_ms", self.backward_ms)
        if self.forward_ms:
            metrics["iterations"] = len(self.forward_ms)
            metrics["images_per_second"] = 1000 * self.batch / metrics["forward_ms_mean"]
            if joules:
                metrics["joules_per_image"] = joules / (len(self.forward_ms) * self.batch)
        return metrics | self._layer_sums()

    def _layer_sums(self) -> dict[str, float]:
        backward = [each.backward_ms for each in self.layers if each.backward_ms is not None]
        sums = {"layers_backward_ms": sum(backward)} if backward else {}
        return sums | {"layers_forward_ms": sum(each.forward_ms for each in self.layers)} if self.layers else {}


def statistics_of(name: str, samples: Sequence[float]) -> dict[str, float]:
    """``name_mean``, ``_std`` (of the samples, not of their mean), ``_p50``, ``_p90`` and ``_p99``; {} if empty."""
    if not samples:
        return {}
    percentiles = np.percentile(samples, _PERCENTILES)
    return {
        f"{name}_mean": float(np.mean(samples)),
        f"{name}_std": float(np.std(samples)),
        **{f"{name}_p{p}": float(value) for p, value in zip(_PERCENTILES, percentiles, strict=True)},
    }
