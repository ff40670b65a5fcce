"""Reads ``layers.csv`` of a timing."""

import csv
from pathlib import Path

from clsbench.engines.timed import LayerTime
from clsbench.errors import DataError


def read_layers(path: Path) -> list[LayerTime]:
    """The layers in execution order. Raises DataError."""
    try:
        with path.open(newline="", encoding="utf-8") as file:
            layers = [_layer(row) for row in csv.DictReader(file)]
    except (KeyError, ValueError, UnicodeDecodeError) as error:
        raise DataError(f"{path}: no layers.csv as a timing writes it ({error!r}); time the network again") from error
    if not layers:
        raise DataError(f"{path}: it has no layers; time the network on an engine that reports them, such as torch")
    return layers


def _layer(row: dict[str, str]) -> LayerTime:
    backward = row["backward_ms"]
    return LayerTime(row["layer"], row["type"], float(row["forward_ms"]), float(backward) if backward else None)
