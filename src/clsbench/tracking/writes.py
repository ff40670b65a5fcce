"""Writes to a run, as values: sent now, or kept as a line of JSON and sent later.

Sending one twice equals sending it once: MLflow keeps one of several equal metrics (value, time and step), params and
datasets, and replaces tags, files and the end.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol

from mlflow import MlflowClient
from mlflow.entities import Dataset, DatasetInput, Metric, Param, RunTag
from mlflow.exceptions import MlflowException

from clsbench.tracking.logged_model import ModelMetrics

_TRIES = 5


class Write(Protocol):
    """A frozen dataclass of plain values."""

    def send(self, client: MlflowClient, run_id: str) -> None:
        """Raises one of ``outage.TROUBLE``."""


@dataclass(frozen=True)
class Params:
    """Choices, as text."""

    params: Mapping[str, str]

    def send(self, client: MlflowClient, run_id: str) -> None:
        """Fails if one already has another value."""
        client.log_batch(run_id, params=[Param(key, value) for key, value in self.params.items()])


@dataclass(frozen=True)
class Tags:
    """Labels that may be replaced."""

    tags: Mapping[str, str]

    def send(self, client: MlflowClient, run_id: str) -> None:
        """Adds or replaces them."""
        client.log_batch(run_id, tags=[RunTag(key, value) for key, value in self.tags.items()])


@dataclass(frozen=True)
class Metrics:
    """Values measured at one moment, in milliseconds since 1970."""

    metrics: Mapping[str, float]
    timestamp: int
    step: int

    def send(self, client: MlflowClient, run_id: str) -> None:
        """Adds them to their histories."""
        metrics = [Metric(key, value, self.timestamp, self.step) for key, value in self.metrics.items()]
        client.log_batch(run_id, metrics=metrics)


@dataclass(frozen=True)
class Input:
    """A dataset that the run used."""

    name: str
    digest: str
    source: str

    def send(self, client: MlflowClient, run_id: str) -> None:
        """Registers it as the run's input."""
        dataset = Dataset(name=self.name, digest=self.digest, source_type="local", source=self.source)
        for tries_left in reversed(range(_TRIES)):
            try:
                client.log_inputs(run_id, datasets=[DatasetInput(dataset=dataset)])
            except MlflowException as error:
                # MLflow looks for the dataset and then adds it: another run that starts now may get in between.
                if not tries_left or "unique" not in str(error).lower():
                    raise
            else:
                return


@dataclass(frozen=True)
class Files:
    """A file, or every file below a folder."""

    path: str

    def send(self, client: MlflowClient, run_id: str) -> None:
        """Uploads them, replacing files of the same name."""
        if Path(self.path).is_dir():
            client.log_artifacts(run_id, self.path)
        else:
            client.log_artifact(run_id, self.path)


@dataclass(frozen=True)
class End:
    """FINISHED, FAILED or KILLED, at a moment in milliseconds since 1970."""

    status: str
    end_time: int

    def send(self, client: MlflowClient, run_id: str) -> None:
        """Closes the run."""
        client.set_terminated(run_id, status=self.status, end_time=self.end_time)


_KINDS: Mapping[str, type[Write]] = {
    "params": Params,
    "tags": Tags,
    "metrics": Metrics,
    "input": Input,
    "files": Files,
    "model_metrics": ModelMetrics,
    "end": End,
}
_NAMES = {kind: name for name, kind in _KINDS.items()}


def name_of(write: Write) -> str:
    """The kind of write, in one word."""
    return _NAMES[type(write)]


def line_of(write: Write) -> str:
    """One line of JSON, without a newline."""
    return json.dumps({"write": name_of(write), **asdict(write)})  # type: ignore[call-overload]


def write_of(line: str) -> Write:
    """The write from which ``line_of`` made the line. Raises ValueError, KeyError or TypeError for anything else."""
    fields = json.loads(line)
    return _KINDS[fields.pop("write")](**fields)
