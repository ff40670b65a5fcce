"""Adds a finished report as artifacts to a sweep's parent run, so that MLflow's UI shows the table beside its cells."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from mlflow import MlflowClient
from mlflow.entities import Run

from clsbench.errors import TrackingError
from clsbench.tracking.existing_store import existing_store, experiment_id, store_errors


@dataclass(frozen=True)
class ParentRun:
    """The run that a report was added to."""

    run_id: str
    experiment_id: str
    name: str


def log_report(uri: str, experiment: str, sweep_id: str | None, files: Iterable[Path], name: str) -> ParentRun:
    """Adds ``files`` under reports/``name``; ``sweep_id`` None means the newest sweep. Raises TrackingError."""
    client = existing_store(uri)
    parent = _parent(client, uri, experiment_id(client, uri, experiment), sweep_id)
    keep_files(uri, parent.info.run_id, files, name)
    return ParentRun(parent.info.run_id, parent.info.experiment_id, parent.info.run_name or "")


def keep_files(uri: str, run_id: str, files: Iterable[Path], name: str) -> None:
    """Adds ``files`` to a run under reports/``name``. Raises TrackingError."""
    client = existing_store(uri)
    with store_errors(uri):
        for file in files:
            client.log_artifact(run_id, str(file), f"reports/{name}")


def experiment_of(uri: str, run_id: str) -> str:
    """The name of the run's experiment. Raises TrackingError."""
    client = existing_store(uri)
    with store_errors(uri):
        return str(client.get_experiment(client.get_run(run_id).info.experiment_id).name)


def _parent(client: MlflowClient, uri: str, experiment: str, sweep_id: str | None) -> Run:
    if sweep_id is not None and not set(sweep_id).isdisjoint("'\"`"):
        raise TrackingError(f"{sweep_id}: a sweep's id has no quotes; it is the tag sweep_id of its runs")
    wanted = "tags.task = 'sweep'" + (f" and tags.sweep_id = '{sweep_id}'" if sweep_id else "")
    with store_errors(uri):
        found = client.search_runs([experiment], wanted, order_by=["attributes.start_time DESC"], max_results=1)
    if not found:
        which = f"sweep {sweep_id}" if sweep_id else "sweep"
        raise TrackingError(f"{uri}: no parent run of a {which} to add the report to; leave --log out")
    return found[0]
