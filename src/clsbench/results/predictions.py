"""``predictions.parquet``: what the network said of every image."""

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from clsbench.evaluation.record import Prediction

SCHEMA = pa.schema(
    [
        pa.field("image", pa.string()),
        pa.field("label", pa.int32()),
        pa.field("top5", pa.list_(pa.int32())),
        pa.field("top5_probability", pa.list_(pa.float32())),
        pa.field("label_probability", pa.float32()),
        pa.field("status", pa.string()),
    ]
)
_ROWS = 10_000


def write_predictions(predictions: Sequence[Prediction], path: Path) -> None:
    """One row an image, in the order of the dataset; a bad image has empty lists and no probability."""
    with pq.ParquetWriter(path, SCHEMA) as writer:
        for start in range(0, len(predictions), _ROWS):
            writer.write_table(_table(predictions[start : start + _ROWS]))


def _table(rows: Sequence[Prediction]) -> pa.Table:
    columns = {
        "image": [row.name for row in rows],
        "label": [row.label for row in rows],
        "top5": [list(row.top5) for row in rows],
        "top5_probability": [list(row.top5_probability) for row in rows],
        "label_probability": [row.label_probability for row in rows],
        "status": [row.status for row in rows],
    }
    return pa.table(columns, schema=SCHEMA)
