"""The input of a table: networks, runs and tolerance; and a cell with the run chosen for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from clsbench.report.cell_status import CellStatus, chosen, evaluation_status, timing_status
from clsbench.report.cells import AccuracyCell, TimeCell
from clsbench.report.networks import Networks
from clsbench.report.run import Run
from clsbench.report.tolerance import OUTSIDE, Figure, verdict
from clsbench.report.where import Condition

_NOTHING: Mapping[str, float] = MappingProxyType({})


@dataclass(frozen=True)
class Accuracy:
    """An evaluated cell: its errors, and whether they match the published ones."""

    cell: AccuracyCell
    run: Run | None
    status: CellStatus
    top1: Figure
    top5: Figure
    verdict: str

    @property
    def settled(self) -> bool:
        """Whether it is a result that is not outside the tolerance."""
        return self.status.is_result and self.verdict != OUTSIDE


@dataclass(frozen=True)
class Times:
    """A timed cell."""

    cell: TimeCell
    run: Run | None
    status: CellStatus
    forward: Figure
    backward: Figure

    @property
    def settled(self) -> bool:
        """Whether it is a result."""
        return self.status.is_result


@dataclass(frozen=True)
class TableData:
    """``tolerance`` in percentage points; ``also``: which own networks are listed below the published ones."""

    networks: Networks
    runs: Sequence[Run]
    tolerance: float
    also: Sequence[Condition] | None = None
    _by_model: Mapping[str, list[Run]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        by_model: dict[str, list[Run]] = {}
        for run in self.runs:
            by_model.setdefault(run.tags.get("model", ""), []).append(run)
        object.__setattr__(self, "_by_model", by_model)

    def accuracy(self, cell: AccuracyCell) -> Accuracy:
        """The cell with its run; if the run is not a result, the figures are kept too, beside the status."""
        run, status = chosen(self._of(cell), lambda run: evaluation_status(run, cell.preprocessing))
        top1, top5 = (figure_of(run, f"{top}_error", f"{top}_stderr", cell.published) for top in ("top1", "top5"))
        judged = ""
        if cell.judged and status.is_comparable:
            judged = verdict((top1, top5), self.tolerance, sampled=not status.is_result)
        return Accuracy(cell, run, status, top1, top5, judged)

    def times(self, cell: TimeCell) -> Times:
        """The cell with its run; published times are means, so the measured ones are means too."""
        run, status = chosen(self._of(cell), timing_status)
        forward, backward = (
            figure_of(run, f"{way}_ms_mean", f"{way}_ms_std", cell.published, f"{way}_ms")
            for way in ("forward", "backward")
        )
        return Times(cell, run, status, forward, backward)

    def crop_sizes(self, model: str) -> set[tuple[int, int]]:
        """(crop size, base size) of every single-crop evaluation of a network."""
        runs = (run for run in self._by_model.get(model, ()) if run.get("crop") == "single")
        pixels = ((run.params.get("crop_size", ""), run.params.get("base_size", "")) for run in runs)
        return {(int(crop), int(base)) for crop, base in pixels if crop.isdigit() and base.isdigit()}

    def _of(self, cell: AccuracyCell | TimeCell) -> list[Run]:
        return [run for run in self._by_model.get(cell.model, ()) if cell.owns(run)]


def figure_of(
    run: Run | None, key: str, error: str, published: Mapping[str, float] = _NOTHING, name: str = ""
) -> Figure:
    """The run's metric ``key`` with its ``error``, as ``name``, beside the published value."""
    metrics = run.metrics if run else {}
    return Figure(name or key, metrics.get(key), metrics.get(error), published.get(name or key))
