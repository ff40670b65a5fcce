"""Closes runs of dead processes, which MLflow would show as RUNNING forever."""

import logging
from pathlib import Path

from mlflow import MlflowClient
from mlflow.entities import Run

from clsbench.tracking.process_identity import host, process
from clsbench.tracking.spool import is_spool

log = logging.getLogger(__name__)

HOST_TAG = "clsbench.host"
PROCESS_TAG = "clsbench.process"
SPOOL_TAG = "clsbench.spool"  # the folder in which the run's spool would be
STALE_ERROR = "the process ended without closing its run"


def close_stale_runs(client: MlflowClient, experiment_id: str) -> int:
    """Ends each RUNNING run of this machine whose process is gone as KILLED; returns the number of them."""
    running = client.search_runs([experiment_id], f"attributes.status = 'RUNNING' and tags.`{HOST_TAG}` = '{host()}'")
    stale = [run for run in running if not owner_lives(run) and _has_no_end(client, run)]
    for run in stale:
        client.set_tag(run.info.run_id, "error", STALE_ERROR)
        client.set_terminated(run.info.run_id, status="KILLED")
        log.warning("run %s was left open by a process that is gone: closed as KILLED", run.info.run_id)
    return len(stale)


def owner_lives(run: Run) -> bool:
    """Whether the process that made the run, on this machine, is still alive."""
    owner = run.data.tags.get(PROCESS_TAG, "")
    pid = owner.partition(":")[0]
    return pid.isdigit() and process(int(pid)) == owner


def _has_no_end(client: MlflowClient, run: Run) -> bool:
    """Whether the run's end is neither in a spool nor, since the search, in the store."""
    spools = run.data.tags.get(SPOOL_TAG)
    if spools and is_spool(Path(spools) / run.info.run_id):
        return False
    # In this order, because a spool is removed only after its end is in the store.
    return bool(client.get_run(run.info.run_id).info.status == "RUNNING")
