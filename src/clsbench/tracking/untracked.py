"""``tracking=none``: only the run's own folder remains."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from clsbench.tracking.tracker import Cell, FinishedRun, RunLog, Sweep, SweepRun


@dataclass(frozen=True)
class _Nothing:
    run_id: str = ""
    link: str = ""

    def params(self, params: Mapping[str, str | int | float]) -> None:
        pass

    def tags(self, tags: Mapping[str, str]) -> None:
        pass

    def metrics(self, metrics: Mapping[str, float], step: int = 0) -> None:
        pass

    def sample_system(self) -> None:
        pass

    def artifacts(self, folder: Path) -> None:
        pass


@dataclass(frozen=True)
class Untracked:
    """A tracker that stores nothing."""

    uri: str | None = None

    @contextmanager
    def run(self, cell: Cell, log_file: Path) -> Iterator[RunLog]:  # noqa: ARG002 - the protocol's arguments
        """A run that leaves no trace."""
        yield _Nothing()

    def finished(self, cell: Cell, device: str) -> FinishedRun | None:  # noqa: ARG002
        """Nothing is known about earlier runs."""
        return None

    def views_a_second(self, cell: Cell) -> float | None:  # noqa: ARG002
        """Nothing is known about earlier runs."""
        return None

    def start_sweep(self, sweep: Sweep) -> SweepRun:
        """A sweep without a parent run."""
        return SweepRun("", sweep.sweep_id, again=False)

    def end_sweep(self, run_id: str, counts: Mapping[str, float], status: str) -> None:
        """Leaves no trace."""
