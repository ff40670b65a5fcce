"""What a tracker offers: a run that ends FINISHED, FAILED or KILLED, whatever happens inside it."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol


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
class Cell:
    """What identifies one run: the choices that differ between cells, and the facts behind them."""

    name: str
    params: Mapping[str, str | int | float]
    tags: Mapping[str, str]
    dataset: DatasetInput | None = None
    description: str = field(default="", repr=False)


class RunLog(Protocol):
    """An open run; every call may come at any time before its end."""

    @property
    def run_id(self) -> str:
        """MLflow's id; empty where nothing is tracked."""

    def params(self, params: Mapping[str, str | int | float]) -> None:
        """Adds choices that were known only after the start, such as the engine's own batch size."""

    def tags(self, tags: Mapping[str, str]) -> None:
        """Adds or replaces tags."""

    def metrics(self, metrics: Mapping[str, float], step: int = 0) -> None:
        """Adds metrics; ``step`` counts images for running values."""

    def artifacts(self, folder: Path) -> None:
        """Keeps every file below ``folder``."""


class Tracker(Protocol):
    """Where runs are kept."""

    @property
    def uri(self) -> str | None:
        """The store's address; None where nothing is tracked."""

    def run(self, cell: Cell, log_file: Path) -> AbstractContextManager[RunLog]:
        """An open run; at the end ``log_file`` is kept with it. Raises TrackingError before anything is computed."""
