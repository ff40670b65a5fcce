"""The parent run of a sweep: the same command continues with the parent it had."""

from mlflow import MlflowClient
from mlflow.entities import Run, RunTag

from clsbench.errors import TrackingError
from clsbench.tracking.created_by import with_creator
from clsbench.tracking.process_identity import host, process
from clsbench.tracking.stale_runs import HOST_TAG, PROCESS_TAG, owner_lives
from clsbench.tracking.tracker import Sweep, SweepRun

_SWEEP_FINGERPRINT = "sweep_fingerprint"


def start_sweep_run(client: MlflowClient, experiment_id: str, sweep: Sweep) -> SweepRun:
    """A RUNNING parent run. Raises TrackingError if the same sweep is already running on this machine."""
    known = _latest(client, experiment_id, sweep) if sweep.resume else None
    tags = {
        "task": "sweep",
        "overrides": sweep.overrides[:5000],
        _SWEEP_FINGERPRINT: sweep.fingerprint,
        "mlflow.note.content": sweep.description,
        HOST_TAG: host(),
        PROCESS_TAG: process(),
    }
    if known is None:
        run = client.create_run(
            experiment_id, run_name=sweep.name, tags=with_creator({**tags, "sweep_id": sweep.sweep_id})
        )
        return SweepRun(run.info.run_id, sweep.sweep_id, again=False)
    if known.info.status == "RUNNING" and owner_lives(known):
        raise TrackingError(
            f"this sweep is already running, in process {known.data.tags.get(PROCESS_TAG, '').partition(':')[0]}; "
            "wait for it, or start a second one with resume=false"
        )
    client.log_batch(known.info.run_id, tags=[RunTag(key, value) for key, value in tags.items()])
    client.update_run(known.info.run_id, status="RUNNING")
    return SweepRun(known.info.run_id, known.data.tags["sweep_id"], again=True)


def _latest(client: MlflowClient, experiment_id: str, sweep: Sweep) -> Run | None:
    wanted = f"tags.task = 'sweep' and tags.{_SWEEP_FINGERPRINT} = '{sweep.fingerprint}'"
    found = client.search_runs([experiment_id], wanted, order_by=["attributes.start_time DESC"], max_results=1)
    return found[0] if found else None
