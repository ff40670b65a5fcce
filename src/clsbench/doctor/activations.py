"""Statistics of every layer's output on two images: finds the first that is not finite, dead, constant or exploding."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

_LARGE = 1e6
_ALIKE = 1e-3


@dataclass(frozen=True)
class LayerStatistics:
    """Statistics of one blob; ``zeros`` is the share of its values that are 0.

    ``difference`` is the root mean square between the two images, relative to that of the values themselves.
    """

    blob: str
    mean: float
    std: float
    largest: float
    zeros: float
    difference: float
    is_finite: bool

    @property
    def complaint(self) -> str:
        """What is wrong with the blob; empty if nothing is."""
        if not self.is_finite:
            return "is not finite"
        if self.largest == 0:
            return "is dead: all its values are 0"
        if self.largest > _LARGE:
            return f"explodes: its largest value is {self.largest:.2g}"
        if self.difference < _ALIKE:
            return f"hardly depends on the image: two differ by {100 * self.difference:.2g} %"
        return ""


def statistics_of(blob: str, values: NDArray[np.float32]) -> LayerStatistics:
    """The statistics of (image, …) for two images."""
    exact = values.astype(np.float64)
    finite = bool(np.isfinite(exact).all())
    kept = np.where(np.isfinite(exact), exact, 0.0)
    spread = float(np.sqrt(np.square(kept).mean()))
    between = float(np.sqrt(np.square(kept[0] - kept[-1]).mean()))
    return LayerStatistics(
        blob=blob,
        mean=float(kept.mean()),
        std=float(kept.std()),
        largest=float(np.abs(kept).max(initial=0.0)),
        zeros=float((kept == 0).mean()),
        difference=between / spread if spread else 0.0,
        is_finite=finite,
    )


def first_complaint(layers: Iterable[LayerStatistics]) -> str:
    """The complaint about the first layer that has one; empty if none has."""
    return next((f"layer {each.blob} {each.complaint}" for each in layers if each.complaint), "")


def write_layers(layers: Sequence[LayerStatistics], path: Path) -> None:
    """``layers.csv``: one row per blob."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(("blob", "mean", "std", "largest", "zeros", "difference", "complaint"))
        for each in layers:
            numbers = (each.mean, each.std, each.largest, each.zeros, each.difference)
            writer.writerow((each.blob, *(f"{number:.6g}" for number in numbers), each.complaint))
