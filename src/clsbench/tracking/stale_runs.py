"""Runs of dead processes, which MLflow would show as RUNNING for ever."""

import logging

from mlflow import MlflowClient
from mlflow.entities import Run

from clsbench.tracking.process_identity import host, process

log = logging.getLogger(__name__)

HOST_TAG = "clsbench.host"
PROCESS_TAG = "clsbench.process"


def close_stale_runs(client: MlflowClient, experiment_id: str) -> int:
    """Ends as KILLED each RUNNING run of this machine whose process is gone; the number of them."""
    running = client.search_runs([experiment_id], f"attributes.status = 'RUNNING' and tags.`{HOST_TAG}` = '{host()}'")
    stale = [run for run in running if not _owner_lives(run)]
    for run in stale:
        client.set_tag(run.info.run_id, "error", "the process ended without closing its run")
        client.set_terminated(run.info.run_id, status="KILLED")
        log.warning("run %s was left open by a process that is gone: closed as KILLED", run.info.run_id)
    return len(stale)


def _owner_lives(run: Run) -> bool:
    owner = run.data.tags.get(PROCESS_TAG, "")
    pid = owner.partition(":")[0]
    return pid.isdigit() and process(int(pid)) == owner
