"""Files that workers without a common disk hand each other: runs of a separate experiment, which no table reads.

A parcel is a run with one file. It is FINISHED once the file is there, so an incomplete one is never seen.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from mlflow import MlflowClient
from mlflow.entities import Experiment, Param, Run
from mlflow.exceptions import MlflowException

from clsbench.errors import ConfigError, TrackingError
from clsbench.tracking.credentials import masked
from clsbench.tracking.mlflow_store import MlflowTracker
from clsbench.tracking.outage import TROUBLE, check_reachable, limit_waiting, reason
from clsbench.tracking.tracker import Tracker

# A progress bar for each small file is useless; MLflow reads this at every download.
os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")

TASK = "shard"  # of the tag: no report, view or comparison queries it
_PLACE, _LABEL, _CELL, _NOTE = "clsbench.place", "clsbench.shard", "clsbench.cell", "clsbench.merged"
_MANY = 10_000
_LOCAL = ("", "file")


@dataclass(frozen=True)
class Parcel:
    """``place``: the key of its shelf; ``about``: what it contains, in words."""

    run_id: str
    place: str
    label: str
    about: Mapping[str, str]


@dataclass(frozen=True)
class Depot:
    """All shelves of a server."""

    client: MlflowClient
    uri: str
    experiment: str
    experiment_id: str

    def __str__(self) -> str:
        return f"experiment {self.experiment} of {masked(self.uri)}"

    def parcels(self, *, place: str = "", cell: str = "") -> list[Parcel]:
        """The complete ones, newest first, at places that begin with ``place``, or of a cell with that name."""
        wanted = f"tags.`{_PLACE}` LIKE '{place}%'"
        if cell:
            quote = '"' if "'" in cell else "'"
            wanted += f" and tags.`{_CELL}` = {quote}{cell}{quote}"
        runs = self.runs(f"{wanted} and attributes.status = 'FINISHED'")
        return [_parcel(run) for run in runs if _NOTE not in run.data.tags]

    def runs(self, wanted: str) -> list[Run]:
        """The runs, newest first."""
        with self.errors():
            order = ["attributes.start_time DESC"]
            return list(self.client.search_runs([self.experiment_id], wanted, max_results=_MANY, order_by=order))

    @contextmanager
    def errors(self) -> Iterator[None]:
        """Turns what MLflow raises inside into a TrackingError."""
        try:
            yield
        except TROUBLE as error:
            raise TrackingError(
                f"tracking.uri={masked(self.uri)}: the workers' meeting point cannot be used ({reason(error)}); "
                "nothing is lost: run the same command again when the server answers"
            ) from error


@dataclass(frozen=True)
class Shelf:
    """The parcels of one ``place``."""

    depot: Depot
    place: str

    def put(self, label: str, cell: str, about: Mapping[str, str], file: Path) -> None:
        """Adds a parcel with a copy of ``file``; others see it once it is complete."""
        client = self.depot.client
        with self.depot.errors():
            run_id = self._begun(f"{cell} shard {label}", {_LABEL: label, _CELL: cell})
            client.log_batch(run_id, params=[Param(key, value) for key, value in about.items()])
            client.log_artifact(run_id, str(file))
            client.set_terminated(run_id, "FINISHED")

    def parcels(self) -> list[Parcel]:
        """The complete ones, newest first."""
        return [parcel for parcel in self.depot.parcels(place=self.place) if parcel.place == self.place]

    def fetched(self, parcel: Parcel, name: str, folder: Path) -> Path:
        """A copy of the parcel's file in ``folder``."""
        with self.depot.errors():
            return Path(self.depot.client.download_artifacts(parcel.run_id, name, str(folder)))

    def note(self, text: str) -> None:
        """Leaves a note for later workers, replacing an earlier one."""
        with self.depot.errors():
            self.depot.client.set_terminated(self._begun("merged", {_NOTE: text}), "FINISHED")

    def noted(self) -> str | None:
        """The latest note."""
        return next((run.data.tags[_NOTE] for run in self._all() if _NOTE in run.data.tags), None)

    def remove(self, label: str = "") -> None:
        """Removes every parcel, including incomplete ones, or only those with ``label``."""
        self._delete([run for run in self._all() if _NOTE not in run.data.tags and _is_of(run, label)])

    def remove_note(self) -> None:
        """Removes the note."""
        self._delete([run for run in self._all() if _NOTE in run.data.tags])

    def is_empty(self) -> bool:
        """Whether there is neither a parcel nor a note."""
        return not self._all()

    def _begun(self, name: str, tags: Mapping[str, str]) -> str:
        known = {"task": TASK, _PLACE: self.place, **tags}
        return str(self.depot.client.create_run(self.depot.experiment_id, run_name=name, tags=known).info.run_id)

    def _all(self) -> list[Run]:
        return self.depot.runs(f"tags.`{_PLACE}` = '{self.place}'")

    def _delete(self, runs: Sequence[Run]) -> None:
        with self.depot.errors():
            for run in runs:
                self.depot.client.delete_run(run.info.run_id)  # repeating this does no harm


def depot_of(tracker: Tracker) -> Depot:
    """The depot on the tracker's server. Raises ConfigError if there is none, or if others cannot reach its files."""
    if not isinstance(tracker, MlflowTracker):
        raise ConfigError(
            "merge.via=mlflow: the workers meet on the tracking server, and there is none (tracking=none)"
        )
    if not tracker.uri.startswith(("http://", "https://")):
        raise ConfigError(
            f"merge.via=mlflow: the workers meet on an MLflow server, and tracking.uri={masked(tracker.uri)} is not "
            "one; give tracking.uri=http://HOST:PORT, or merge.via=folder and paths.outputs=FOLDER that all workers see"
        )
    limit_waiting(seconds=5, retries=1)
    depot = Depot(MlflowClient(tracker.uri, tracker.uri), tracker.uri, f"{tracker.experiment}-shards", "")
    with depot.errors():
        check_reachable(tracker.uri)
        found = depot.client.get_experiment_by_name(depot.experiment) or _made(depot)
    if found.artifact_location.partition(":")[0] in _LOCAL or ":" not in found.artifact_location:
        raise ConfigError(
            f"merge.via=mlflow: {masked(tracker.uri)} keeps files in {found.artifact_location}, which other machines "
            "do not reach; start it with --artifacts-destination, and another tracking.experiment"
        )
    return Depot(depot.client, depot.uri, depot.experiment, found.experiment_id)


def _made(depot: Depot) -> Experiment:
    try:
        return depot.client.get_experiment(depot.client.create_experiment(depot.experiment))
    except MlflowException as error:
        found = depot.client.get_experiment_by_name(depot.experiment)
        if found is None or error.error_code != "RESOURCE_ALREADY_EXISTS":
            raise
        return found  # another worker was faster


def _parcel(run: Run) -> Parcel:
    tags = run.data.tags
    return Parcel(run.info.run_id, tags[_PLACE], tags.get(_LABEL, ""), dict(run.data.params))


def _is_of(run: Run, label: str) -> bool:
    return not label or run.data.tags.get(_LABEL) == label
