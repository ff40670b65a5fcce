"""Times measured by a device's own clock: a CSV with a column ``milliseconds``, one line per call."""

import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from clsbench.errors import EngineError

COLUMN = "milliseconds"


def read_call_times(path: Path) -> Sequence[float]:
    """Milliseconds of each call, in order. Raises EngineError if a value is not a time."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        times = [float(line[COLUMN]) for line in rows]
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise EngineError(f"{path}: give a CSV with a column {COLUMN}, a number in each line ({error!r})") from error
    if not times or not np.isfinite(times).all() or min(times) <= 0:
        raise EngineError(f"{path}: give at least one time, each above 0 {COLUMN}")
    return times
