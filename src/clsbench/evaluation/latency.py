"""How long the forwards took, one figure each, with the first apart from the rest."""

from array import array
from dataclasses import dataclass, field

import numpy as np

_PERCENTILES = (50, 90, 99)


@dataclass
class Latency:
    """Grows by 16 bytes per forward; the first entry is the first forward, which warms the engine up."""

    milliseconds: "array[float]" = field(default_factory=lambda: array("d"))
    views: "array[int]" = field(default_factory=lambda: array("q"))

    def add(self, views: int, milliseconds: float) -> None:
        """Adds one forward of ``views`` views."""
        self.milliseconds.append(milliseconds)
        self.views.append(views)

    def metrics(self) -> dict[str, float]:
        """first_batch_ms, and batch_ms_p50 / p90 / p99 of the other forwards, if there are any."""
        metrics = {}
        if self.milliseconds:
            metrics["first_batch_ms"] = self.milliseconds[0]
        if len(self.milliseconds) > 1:
            values = np.percentile(self.milliseconds[1:], _PERCENTILES)
            metrics |= {f"batch_ms_p{p}": float(value) for p, value in zip(_PERCENTILES, values, strict=True)}
        return metrics
