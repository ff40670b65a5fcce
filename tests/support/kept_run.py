"""All that a store keeps of a run, as plain values to compare."""

import os
import sqlite3
from pathlib import Path
from typing import Any

from mlflow import MlflowClient

os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")

# What differs between any two runs.
_OWN = {"mlflow.runName", "clsbench.process", "clsbench.spool"}


def kept(client: MlflowClient, run_id: str, folder: Path) -> dict[str, Any]:
    """Status, params, tags, inputs, the whole history of each metric without times, and the files' contents."""
    run = client.get_run(run_id)
    local = Path(client.download_artifacts(run_id, "", str(folder)))
    histories = {key: client.get_metric_history(run_id, key) for key in run.data.metrics}
    assert run.inputs is not None
    return {
        "status": run.info.status,
        "params": run.data.params,
        "tags": {key: value for key, value in run.data.tags.items() if key not in _OWN},
        "inputs": sorted((each.dataset.name, each.dataset.digest) for each in run.inputs.dataset_inputs),
        "metrics": {key: [(each.step, each.value) for each in history] for key, history in histories.items()},
        "files": {str(path.relative_to(local)): path.read_bytes() for path in local.rglob("*") if path.is_file()},
    }


def rows(database: Path) -> dict[str, int]:
    """How many rows each table of a SQLite store has."""
    with sqlite3.connect(database) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables}
