"""The interface of a tracker: a run that ends FINISHED, FAILED or KILLED, whatever happens inside it."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

# MLflow shows this tag of a run or experiment as its description, in markdown.
DESCRIPTION_TAG = "mlflow.note.content"


class Killed(BaseException):
    """The user or the system asked the process to end; not an Exception, so that nothing swallows it."""

    def __init__(self, signal: int) -> None:
        super().__init__(f"stopped by signal {signal}")
        self.signal = signal


@dataclass(frozen=True)
class DatasetInput:
    """The images that a run used, in the form of MLflow's dataset inputs."""

    name: str
    digest: str
    source: str


@dataclass(frozen=True)
class Network:
    """What a run measures, in the form of MLflow's models: ``key`` identifies network and weights, whatever the run."""

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
    """Identifies a sweep: an equal ``fingerprint`` means the same table; ``resume``: continue with its old parent."""

    name: str
    fingerprint: str
    sweep_id: str  # if it is new
    overrides: str
    description: str
    resume: bool


@dataclass(frozen=True)
class SweepRun:
    """The parent run; ``again``: it existed before."""

    run_id: str
    sweep_id: str
    again: bool


class RunLog(Protocol):
    """An open run; every method may be called at any time before its end."""

    @property
    def run_id(self) -> str:
        """MLflow's id; empty if nothing is tracked."""

    @property
    def link(self) -> str:
        """The address in MLflow's UI of the view that shows the run; empty if nothing is tracked."""

    def params(self, params: Mapping[str, str | int | float]) -> None:
        """Adds choices that became known only after the start, such as the engine's own batch size."""

    def tags(self, tags: Mapping[str, str]) -> None:
        """Adds or replaces tags."""

    def metrics(self, metrics: Mapping[str, float], step: int = 0) -> None:
        """Adds metrics; ``step`` counts images for running values."""

    def sample_system(self) -> None:
        """Adds how busy the machine is, if a sample is due; cheap enough to call for every image."""

    def artifacts(self, folder: Path) -> None:
        """Stores every file below ``folder``."""


class Tracker(Protocol):
    """Where runs are stored."""

    @property
    def uri(self) -> str | None:
        """The store's address; None if nothing is tracked."""

    def run(self, cell: Cell, log_file: Path) -> AbstractContextManager[RunLog]:
        """An open run; at the end ``log_file`` is stored with it. Raises TrackingError before anything is computed."""

    def finished(self, cell: Cell, device: str) -> FinishedRun | None:
        """The run that already has this cell's result on ``device``. Raises TrackingError."""

    def views_a_second(self, cell: Cell) -> float | None:
        """The speed of the same network on the same engine of this machine; None if it was never evaluated."""

    def start_sweep(self, sweep: Sweep) -> SweepRun:
        """The open parent run of a sweep. Raises TrackingError before anything is computed."""

    def end_sweep(self, run_id: str, counts: Mapping[str, float], status: str) -> None:
        """Closes it, recording how many cells ended in which way. Raises TrackingError."""
