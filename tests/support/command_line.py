"""The command line as a user runs it, and what it leaves in the tracker."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from mlflow import MlflowClient
from mlflow.entities import Run
from warm_start import run_module


@dataclass(frozen=True)
class Ended:
    """A command that has ended: what it said, and the MLflow runs in its store."""

    code: int
    said: str
    outputs: Path

    @property
    def runs(self) -> list[Run]:
        """The cells, latest first."""
        return [run for run in self._all if run.data.tags["task"] != "sweep"]

    @property
    def sweeps(self) -> list[Run]:
        """The parent runs of sweeps, latest first."""
        return [run for run in self._all if run.data.tags["task"] == "sweep"]

    @property
    def _all(self) -> list[Run]:
        client = MlflowClient(tracking_uri=f"sqlite:///{self.outputs}/mlflow.db")
        experiment = client.get_experiment_by_name("clsbench")
        assert experiment is not None, self.said
        return list(client.search_runs([experiment.experiment_id]))

    @property
    def run(self) -> Run:
        """The only cell."""
        (run,) = self.runs
        return run

    def artifact(self, name: str) -> Path:
        """A file of the only run, as the tracker keeps it."""
        return Path(self.run.info.artifact_uri.removeprefix("file://")) / name


Cli = Callable[..., Ended]


def cli(module: str, folder: Path) -> Cli:
    """``python -m module`` from ``folder``, with outputs of its own; call it with the overrides."""

    def call(*overrides: str) -> Ended:
        outputs = folder / "outputs"
        code, said = run_module(module, [*overrides, f"paths.outputs={outputs}"], folder)
        return Ended(code, said, outputs)

    return call
