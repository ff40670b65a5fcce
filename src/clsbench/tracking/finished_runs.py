"""Finds the cells that are already done."""

from mlflow import MlflowClient

from clsbench.tracking.process_identity import host
from clsbench.tracking.stale_runs import HOST_TAG
from clsbench.tracking.tracker import Cell, FinishedRun


def finished_run(client: MlflowClient, experiment_id: str, cell: Cell, device: str) -> FinishedRun | None:
    """The latest FINISHED run of the same fingerprint that actually used ``device``."""
    wanted = f"attributes.status = 'FINISHED' and tags.fingerprint = '{cell.tags['fingerprint']}'"
    found = client.search_runs([experiment_id], f"{wanted} and tags.device = '{device}'", max_results=1)
    return FinishedRun(found[0].info.run_id, dict(found[0].data.metrics)) if found else None


def views_a_second(client: MlflowClient, experiment_id: str, cell: Cell) -> float | None:
    """The speed of the latest evaluation of the same network on the same engine of this machine."""
    wanted = {"task": "evaluate", HOST_TAG: host(), **{key: cell.tags[key] for key in ("network_sha256", "engine")}}
    clauses = ["attributes.status = 'FINISHED'", *(f"tags.`{key}` = '{value}'" for key, value in wanted.items())]
    for run in client.search_runs([experiment_id], " and ".join(clauses), max_results=1):
        metrics = run.data.metrics
        if metrics.get("images") and "images_per_second" in metrics:
            return float(metrics["images_per_second"] * metrics["views"] / metrics["images"])
    return None
