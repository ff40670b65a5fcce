"""What a tracker offers: a run that ends FINISHED, FAILED or KILLED, whatever happens inside it."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

# MLflow shows this tag of a run, or of an experiment, as its description, in markdown.
DESCRIPTION_TAG = "mlflow.note.content"


class Killed(BaseException):
    """The user or the system asked the process to end; not an Exception, so that nothing swallows it."""

    def __init__(self, signal: int) -> None:
        super().__init__(f"stopped by signal {signal}")
        self.signal = signal


@dataclass(frozen=True)
class DatasetInput:
    """The images that a run was made with, as MLflow keeps dataset inputs."""

    name: str
    digest: str
    source: str


@dataclass(frozen=True)
class Network:
    """What a run measures, as MLflow keeps models: ``key`` identifies network and weights, whatever run it is."""

    name: str
    key: str
    params: Mapping[str, str]


@dataclass(frozen=True)
class Cell:
    """What identifies one run: the choices that differ between cells, and the facts behind them."""

    name: str
    params: Mapping[str, str | int | float]
    tags: Mapping[str, str]
    dataset: DatasetInput | None = None
    description: str = field(default="", repr=False)
    network: Network | None = None


@dataclass(frozen=True)
class FinishedRun:
    """A run that has its result."""

    run_id: str
    metrics: Mapping[str, float]


@dataclass(frozen=True)
class Sweep:
    """What identifies a sweep: equal ``fingerprint``, the same table; ``resume``: go on with the parent that it had."""

    name: str
    fingerprint: str
    sweep_id: str  # where it is new
    overrides: str
    description: str
    resume: bool


@dataclass(frozen=True)
class SweepRun:
    """The parent run; ``again``: it was there before."""

    run_id: str
    sweep_id: str
    again: bool


class RunLog(Protocol):
    """An open run; every call may come at any time before its end."""

    @property
    def run_id(self) -> str:
        """MLflow's id; empty if nothing is tracked."""

    @property
    def link(self) -> str:
        """The address in MLflow's UI of the view that shows the run; empty if nothing is tracked."""

    def params(self, params: Mapping[str, str | int | float]) -> None:
        """Adds choices that were known only after the start, such as the engine's own batch size."""

    def tags(self, tags: Mapping[str, str]) -> None:
        """Adds or replaces tags."""

    def metrics(self, metrics: Mapping[str, float], step: int = 0) -> None:
        """Adds metrics; ``step`` counts images for running values."""

    def sample_system(self) -> None:
        """Adds how busy the machine is, where it is time for that again; cheap enough for every image."""

    def artifacts(self, folder: Path) -> None:
        """Keeps every file below ``folder``."""


class Tracker(Protocol):
    """Where runs are kept."""

    @property
    def uri(self) -> str | None:
        """The store's address; None if nothing is tracked."""

    def run(self, cell: Cell, log_file: Path) -> AbstractContextManager[RunLog]:
        """An open run; at the end ``log_file`` is kept with it. Raises TrackingError before anything is computed."""

    def finished(self, cell: Cell, device: str) -> FinishedRun | None:
        """The run that has this cell's result already, made on ``device``. Raises TrackingError."""

    def views_a_second(self, cell: Cell) -> float | None:
        """How fast the same network was evaluated on the same engine of this machine; None if it never was."""

    def start_sweep(self, sweep: Sweep) -> SweepRun:
        """The open parent run of a sweep. Raises TrackingError before anything is computed."""

    def end_sweep(self, run_id: str, counts: Mapping[str, float], status: str) -> None:
        """Closes it with how many cells ended how. Raises TrackingError."""
