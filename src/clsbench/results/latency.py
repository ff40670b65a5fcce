"""``latency.parquet``: every call's milliseconds, as measured."""

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

SCHEMA = pa.schema(
    [
        pa.field("iteration", pa.int64()),
        pa.field("forward_ms", pa.float64()),
        pa.field("backward_ms", pa.float64()),
    ]
)


def write_latency(forward_ms: Sequence[float], backward_ms: Sequence[float], path: Path) -> None:
    """One row per iteration; null if one of the two has fewer."""
    rows = max(len(forward_ms), len(backward_ms))
    columns = {
        "iteration": list(range(rows)),
        "forward_ms": [*forward_ms, *[None] * (rows - len(forward_ms))],
        "backward_ms": [*backward_ms, *[None] * (rows - len(backward_ms))],
    }
    pq.write_table(pa.table(columns, schema=SCHEMA), path)
