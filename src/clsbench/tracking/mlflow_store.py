"""Runs in an MLflow tracking store: SQLite by default, any other by its URI."""

import fcntl
import logging
import os
import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

# Before MLflow's first import: a benchmark does not report its user's runs to anyone.
os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")

from mlflow import MlflowClient
from mlflow.entities import Dataset, DatasetInput, Metric, Param, RunTag
from mlflow.exceptions import MlflowException
from sqlalchemy.exc import SQLAlchemyError

from clsbench.errors import ClsbenchError, TrackingError
from clsbench.tracking.process_identity import host, process
from clsbench.tracking.stale_runs import HOST_TAG, PROCESS_TAG, close_stale_runs
from clsbench.tracking.tracker import Cell, Killed, RunLog

logger = logging.getLogger(__name__)

_SQLITE = "sqlite:///"


@dataclass(frozen=True)
class _MlflowRun:
    client: MlflowClient
    run_id: str

    def params(self, params: Mapping[str, str | int | float]) -> None:
        self.client.log_batch(self.run_id, params=[Param(key, str(value)) for key, value in params.items()])

    def tags(self, tags: Mapping[str, str]) -> None:
        self.client.log_batch(self.run_id, tags=[RunTag(key, value) for key, value in tags.items()])

    def metrics(self, metrics: Mapping[str, float], step: int = 0) -> None:
        now = time.time_ns() // 1_000_000
        self.client.log_batch(self.run_id, metrics=[Metric(key, value, now, step) for key, value in metrics.items()])

    def artifacts(self, folder: Path) -> None:
        self.client.log_artifacts(self.run_id, str(folder))


@dataclass(frozen=True)
class MlflowTracker:
    """``uri``: the store; ``artifacts``: folder for a new experiment's files in a local store."""

    uri: str
    artifacts: str
    experiment: str

    @contextmanager
    def run(self, cell: Cell, log_file: Path) -> Iterator[RunLog]:
        """An open MLflow run, ended FINISHED, FAILED (with the tag ``error``) or KILLED as the body ends."""
        client, experiment_id = self._opened()
        close_stale_runs(client, experiment_id)
        owner = {HOST_TAG: host(), PROCESS_TAG: process(), "mlflow.note.content": cell.description}
        run = client.create_run(experiment_id, run_name=cell.name, tags={**cell.tags, **owner})
        log = _MlflowRun(client, run.info.run_id)
        status = "FINISHED"
        try:
            log.params(cell.params)
            if cell.dataset is not None:
                client.log_inputs(log.run_id, datasets=[_dataset_input(cell)])
            yield log
        except BaseException as error:
            killed = isinstance(error, Killed | KeyboardInterrupt)
            status = "KILLED" if killed else "FAILED"
            # With a traceback only for a bug of ours: the file is kept with the run.
            logger.info("the run ends as %s: %s", status, error, exc_info=not isinstance(error, ClsbenchError))
            log.tags({"error": f"{type(error).__name__}: {error}"[:5000]})
            raise
        finally:
            if log_file.is_file():
                client.log_artifact(log.run_id, str(log_file))
            client.set_terminated(log.run_id, status=status)

    def _opened(self) -> tuple[MlflowClient, str]:
        """The client and the experiment's id; both are made once, whatever number of processes starts at a time."""
        _quieten()
        try:
            _knock(self.uri)
            with _one_at_a_time(self.uri):
                client = MlflowClient(tracking_uri=self.uri)
                return client, self._experiment_id(client)
        except (MlflowException, SQLAlchemyError, OSError) as error:
            raise TrackingError(
                f"tracking.uri={self.uri}: the store cannot be opened ({_first_line(error)}); "
                "check the address and that it can be written, or run with tracking=none"
            ) from error

    def _experiment_id(self, client: MlflowClient) -> str:
        found = client.get_experiment_by_name(self.experiment)
        if found is not None:
            return str(found.experiment_id)
        local = self.uri.startswith(_SQLITE)
        location = Path(self.artifacts).resolve().as_uri() if local else None
        return str(client.create_experiment(self.experiment, artifact_location=location))


def _dataset_input(cell: Cell) -> DatasetInput:
    assert cell.dataset is not None
    dataset = Dataset(
        name=cell.dataset.name,
        digest=cell.dataset.digest[:36],  # MLflow's limit
        source_type="local",
        source=cell.dataset.source,
    )
    return DatasetInput(dataset=dataset)


def _knock(uri: str) -> None:
    """Raises OSError at once where no server listens; MLflow itself would try again for minutes."""
    address = urlsplit(uri)
    if address.scheme in ("http", "https") and address.hostname:
        port = address.port or (443 if address.scheme == "https" else 80)
        socket.create_connection((address.hostname, port), timeout=10).close()


@contextmanager
def _one_at_a_time(uri: str) -> Iterator[None]:
    """Holds a lock beside a SQLite file: MLflow's first start fails when several processes make the tables at once."""
    if not uri.startswith(_SQLITE):
        yield
        return
    database = Path(uri.removeprefix(_SQLITE))
    database.parent.mkdir(parents=True, exist_ok=True)
    with database.with_name(database.name + ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _quieten() -> None:
    # "Creating initial MLflow database tables" and every alembic revision are no news to the user.
    for name in ("mlflow", "alembic"):
        logging.getLogger(name).setLevel(logging.WARNING)


def _first_line(error: BaseException) -> str:
    return str(error).strip().partition("\n")[0]
