"""The only module that reads MLflow: the runs of an experiment as frozen records."""

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import mlflow.entities
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException

from clsbench.errors import ConfigError, TrackingError
from clsbench.report.run import Run
from clsbench.report.where import Where
from clsbench.tracking.existing_store import existing_store, experiment_id, store_errors
from clsbench.tracking.saved_views import run_link, view_link

# A progress bar for each small file is useless; MLflow reads this at every download.
os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")

_PAGE = 1000
_CREDENTIALS = re.compile(r"(?<=://)[^/@]*@")


@dataclass(frozen=True)
class Store:
    """An experiment of a tracking store."""

    uri: str
    experiment: str

    @property
    def shown_uri(self) -> str:
        """``uri`` without user name and password, because reports are passed on."""
        return _CREDENTIALS.sub("", self.uri)

    def runs(self, tasks: Sequence[str], where: Where) -> list[Run]:
        """The runs of these tasks, newest first. Raises TrackingError, and ConfigError for a bad filter."""
        client = existing_store(self.uri)
        experiment = experiment_id(client, self.uri, self.experiment)
        found = []
        for task in tasks:
            # MLflow's filters know no "or".
            wanted = " and ".join([f"tags.task = '{task}'", *where.searched])
            with _filter_errors(where), store_errors(self.uri):
                found += [self._record(run) for run in _pages(client, experiment, wanted)]
        return sorted(filter(where.holds, found), key=lambda run: (-run.started_ms, run.run_id))

    def view(self, key: str) -> str:
        """The address of a saved view of the experiment's runs. Raises TrackingError."""
        return view_link(self.shown_uri, experiment_id(existing_store(self.uri), self.uri, self.experiment), key)

    def run(self, run_id: str) -> Run:
        """The run with this id. Raises TrackingError."""
        client = existing_store(self.uri)
        with store_errors(self.uri):
            return self._record(client.get_run(run_id))

    def file(self, run: Run, name: str, folder: Path) -> Path:
        """A copy of one of the run's artifacts in ``folder``. Raises TrackingError if the run has none."""
        client = existing_store(self.uri)
        with store_errors(self.uri):
            if name not in (each.path for each in client.list_artifacts(run.run_id)):
                raise TrackingError(f"run {run.run_id} ({run.name}) has no {name}; was it a task=time with layers?")
            return Path(client.download_artifacts(run.run_id, name, str(folder)))

    def predictions(self, run: Run, folder: Path) -> Path | None:
        """A copy of the run's predictions.parquet; None if it has none. Raises TrackingError."""
        client = existing_store(self.uri)
        with store_errors(self.uri):
            if "predictions.parquet" not in (each.path for each in client.list_artifacts(run.run_id)):
                return None
            folder.mkdir(parents=True, exist_ok=True)
            return Path(client.download_artifacts(run.run_id, "predictions.parquet", str(folder)))

    def _record(self, run: mlflow.entities.Run) -> Run:
        info, data = run.info, run.data
        return Run(
            run_id=info.run_id,
            name=info.run_name or "",
            status=info.status,
            started_ms=info.start_time or 0,
            params=dict(data.params),
            tags=dict(data.tags),
            metrics=dict(data.metrics),
            link=run_link(self.shown_uri, info.experiment_id, info.run_id),
        )


def _pages(client: MlflowClient, experiment: str, wanted: str) -> Iterator[mlflow.entities.Run]:
    token: str | None = None
    while True:
        page = client.search_runs([experiment], wanted, max_results=_PAGE, page_token=token)
        yield from page
        token = page.token
        if not token:
            return


@contextmanager
def _filter_errors(where: Where) -> Iterator[None]:
    try:
        yield
    except TrackingError as error:
        cause = error.__cause__
        if where.mlflow_filter and isinstance(cause, MlflowException) and cause.error_code == "INVALID_PARAMETER_VALUE":
            raise ConfigError(
                f"--where {where.mlflow_filter}: neither conditions such as engine=openvino nor a filter that MLflow "
                f"understands ({cause.message})"
            ) from error
        raise
