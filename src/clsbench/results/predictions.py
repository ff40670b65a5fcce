"""``predictions.parquet``: the network's prediction for every image."""

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
_ALSO = pa.field("also_right", pa.list_(pa.int32()))
_ROWS = 10_000


def write_predictions(predictions: Sequence[Prediction], path: Path) -> None:
    """One row per image, in dataset order; a bad image has empty lists and no probability.

    If images have several right labels, the column ``also_right`` has the further ones.
    """
    schema = SCHEMA.append(_ALSO) if any(prediction.also for prediction in predictions) else SCHEMA
    with pq.ParquetWriter(path, schema) as writer:
        for start in range(0, len(predictions), _ROWS):
            writer.write_table(_table(predictions[start : start + _ROWS], schema))


def _table(rows: Sequence[Prediction], schema: pa.Schema) -> pa.Table:
    columns = {
        "image": [row.name for row in rows],
        "label": [row.label for row in rows],
        "top5": [list(row.top5) for row in rows],
        "top5_probability": [list(row.top5_probability) for row in rows],
        "label_probability": [row.label_probability for row in rows],
        "status": [row.status for row in rows],
        "also_right": [list(row.also) for row in rows],
    }
    return pa.table({name: columns[name] for name in schema.names}, schema=schema)
