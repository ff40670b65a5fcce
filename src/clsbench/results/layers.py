"""``layers.csv``: the mean time of every layer."""

import csv
from collections.abc import Iterable
from pathlib import Path

from clsbench.engines.timed import LayerTime


def write_layers(layers: Iterable[LayerTime], path: Path) -> None:
    """One row per layer in execution order; backward_ms is empty if it was not measured."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(("layer", "type", "forward_ms", "backward_ms"))
        for each in layers:
            backward = "" if each.backward_ms is None else f"{each.backward_ms:.6f}"
            writer.writerow((each.layer, each.type, f"{each.forward_ms:.6f}", backward))
