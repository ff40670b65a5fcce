"""The compared runs, read from MLflow: found by id, by the start of an id, or by name."""

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from mlflow import MlflowClient
from mlflow.entities import Run

from clsbench.errors import ConfigError, TrackingError
from clsbench.tracking.outage import TROUBLE, check_reachable, reason

# A progress bar for each small file is useless; MLflow reads this at every download.
os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")

_SQLITE = "sqlite:///"
_ID_START = re.compile(r"[0-9a-f]{6,32}")
_SHOWN = 6


@dataclass(frozen=True)
class StoredRun:
    """The store's record of one run."""

    run_id: str
    name: str
    status: str
    params: Mapping[str, str]
    tags: Mapping[str, str]
    metrics: Mapping[str, float]

    @property
    def task(self) -> str:
        """The task that the run performed."""
        return self.tags.get("task", "")


@dataclass(frozen=True)
class RunStore:
    """The store at ``uri``, opened for reading; files of runs are fetched into ``folder``."""

    uri: str
    client: MlflowClient
    folder: Path

    def find(self, query: str) -> StoredRun:
        """The one run that ``query`` names. Raises ConfigError if there is none, or more than one."""
        with self._errors():
            found = self._found(query)
        if len(found) == 1:
            return _stored(found[0])
        if not found:
            short = " (an id's start needs 6 characters)" if re.fullmatch("[0-9a-f]{1,5}", query) else ""
            raise ConfigError(
                f"no run {query} in {self.uri}{short}; give a run's id, its first 6 or more characters, or its name, "
                "and --tracking-uri if it is in another store"
            )
        shown = "".join(f"\n  {_described(run)}" for run in found[:_SHOWN])
        more = f"\n  and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
        raise ConfigError(f"{query} is the name, or the id's start, of {len(found)} runs; give an id:{shown}{more}")

    def file(self, run: StoredRun, name: str) -> Path | None:
        """A local copy of a file at the top of a run's artifacts; None if the run has no such file."""
        with self._errors():
            if name not in (each.path for each in self.client.list_artifacts(run.run_id)):
                return None
            folder = self.folder / run.run_id
            folder.mkdir(parents=True, exist_ok=True)
            return Path(self.client.download_artifacts(run.run_id, name, str(folder)))

    def _found(self, query: str) -> list[Run]:
        experiments = [experiment.experiment_id for experiment in self.client.search_experiments()]
        # Of the two quotes that MLflow's filters know, the one that does not occur in the name.
        quote = '"' if "'" in query else "'"
        filters = [f"attributes.run_name = {quote}{query}{quote}"]
        if _ID_START.fullmatch(query):
            filters.append(f"attributes.run_id LIKE '{query}%'")
        if not experiments or ('"' in query and "'" in query):
            return []
        runs = [run for each in filters for run in self.client.search_runs(experiments, each)]
        return list({run.info.run_id: run for run in runs}.values())

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except TROUBLE as error:
            raise _unreadable(self.uri, error) from error


def opened_store(uri: str, folder: Path) -> RunStore:
    """The store, used read-only. Raises TrackingError if there is none: MLflow itself would create one."""
    if uri.startswith(_SQLITE) and not Path(uri.removeprefix(_SQLITE)).is_file():
        raise TrackingError(f"{uri}: no such store; run something first, or give --tracking-uri")
    try:
        check_reachable(uri)
        return RunStore(uri, MlflowClient(tracking_uri=uri), folder)
    except TROUBLE as error:
        raise _unreadable(uri, error) from error


def _unreadable(uri: str, error: Exception) -> TrackingError:
    return TrackingError(
        f"{uri}: the store cannot be read ({reason(error)}); check the address, or give --tracking-uri"
    )


def _stored(run: Run) -> StoredRun:
    info, data = run.info, run.data
    return StoredRun(info.run_id, info.run_name or "", info.status, data.params, data.tags, data.metrics)


def _described(run: Run) -> str:
    started = datetime.fromtimestamp(run.info.start_time / 1000, tz=UTC).astimezone()
    return f"{run.info.run_id}  {started:%Y-%m-%d %H:%M}  {run.info.status}  {run.info.run_name}"
