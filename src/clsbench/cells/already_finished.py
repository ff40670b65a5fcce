"""``resume``: a cell whose result is already in the tracker is not computed again."""

import logging

from omegaconf import DictConfig

from clsbench.console.terminal import console
from clsbench.engines.engine import Engine
from clsbench.errors import TrackingError
from clsbench.sweeps.figures import kept_metrics
from clsbench.sweeps.outcome import SKIPPED, Outcome
from clsbench.tracking.tracker import Cell, FinishedRun, Tracker

log = logging.getLogger(__name__)


def finished_before(cfg: DictConfig, tracker: Tracker, cell: Cell, engine: Engine) -> FinishedRun | None:
    """The run with the result; None if there is none, or with ``resume=false``."""
    return tracker.finished(cell, engine.identity()["device"]) if cfg.resume else None


def finished_meanwhile(cfg: DictConfig, tracker: Tracker, cell: Cell, engine: Engine) -> FinishedRun | None:
    """Like ``finished_before``, after work that must not be lost; None if the tracker cannot be reached now."""
    try:
        return finished_before(cfg, tracker, cell, engine)
    except TrackingError as error:
        log.info("could not check whether the cell is finished: %s", error)
        return None


def skipped(cell: Cell, done: FinishedRun) -> Outcome:
    """Says so; nothing is computed, and no run is made."""
    said = f"{cell.name}: skipped, run {done.run_id} has finished it; resume=false computes it again"
    console.print(said, markup=False)
    return Outcome(SKIPPED, cell.name, done.run_id, figures=kept_metrics(done.metrics))
