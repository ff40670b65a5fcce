"""Hydra's callback around a sweep: its parent run before the first job, its table after the last."""

import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hydra.experimental.callback import Callback
from hydra.types import RunMode
from omegaconf import DictConfig, OmegaConf

from clsbench import config as schema
from clsbench.config import fingerprint
from clsbench.console.terminal import show_error
from clsbench.errors import ClsbenchError, ConfigError
from clsbench.sweeps.membership import Membership, write_membership
from clsbench.sweeps.outcome import DIED, FAILED, FINISHED, KILLED, MISSING, SKIPPED, JobOutcome, outcomes
from clsbench.sweeps.plan_table import show_planned
from clsbench.sweeps.planned import planned_cells
from clsbench.sweeps.processes import end_children, is_parent, joblibs_processes_watch, without_warnings_of_trackers
from clsbench.sweeps.stop import stop_sweep
from clsbench.sweeps.table import show_sweep
from clsbench.sweeps.title import sweep_title
from clsbench.sweeps.whole_cells import whole_cells
from clsbench.tracking.tracker import Sweep, Tracker
from clsbench.tracking.untracked import Untracked

# A launcher's process unpickles the callback, and thereby gets the schema and the resolvers before it composes a job.
schema.register()

# Settings that change neither a result nor the set of cells.
_PATHS = {"paths.cache", "paths.outputs", "paths.prepared"}
_BOOKKEEPING = {
    "resume",
    "on_error",
    "artifacts",
    "shards",
    "merge.via",
    "prepared",
    "prepared_gb",
    "tracking.uri",
    *_PATHS,
}


@dataclass(frozen=True)
class _Open:
    tracker: Tracker
    run_id: str
    sweep_id: str
    folder: Path


@dataclass(frozen=True)
class EndedSweep:
    """A sweep whose parent run is closed; ``cell_runs`` are the ids of its cells' runs, including earlier ones."""

    uri: str
    run_id: str
    sweep_id: str
    folder: Path
    cell_runs: Sequence[str]


class SweepCallback(Callback):
    """Lives in the process that the user started; jobs may run in others.

    The end is left to ``end_sweep``, because Hydra does not reach ``on_multirun_end`` after a launcher's error.
    """

    _open: _Open | None = None

    def on_multirun_start(self, config: DictConfig, **_: Any) -> None:
        """Opens the parent run; an error ends the command, whereas Hydra would only warn."""
        is_parent()
        without_warnings_of_trackers()
        if config.hydra.runtime.choices["hydra/launcher"] == "joblib":
            joblibs_processes_watch()
        try:
            SweepCallback._open = _started(config)
        except ClsbenchError as error:
            show_error(error)
            sys.exit(1)


def is_sweeps_own_process() -> bool:
    """Whether the user started this process, rather than a launcher."""
    return SweepCallback._open is not None


def end_jobs() -> None:
    """Starts no further job, and lets those in a launcher's processes close their runs."""
    sweep = SweepCallback._open
    if sweep is not None:
        stop_sweep(sweep.folder)
        end_children(lambda: all(job.outcome.status != DIED for job in outcomes(sweep.folder)))


def end_sweep(*, killed: bool, report: Callable[[EndedSweep], None] | None = None) -> int:
    """Closes the sweep that is open in this process and shows its cells; returns the number of cells without a result.

    Then ``report`` is called if the sweep is tracked.

    If a signal arrives in the middle of it, it can be called once more.
    """
    sweep = SweepCallback._open
    if sweep is None:
        return 0
    jobs = whole_cells(outcomes(sweep.folder))
    counted = Counter(job.outcome.status for job in jobs)
    bad = sum(not job.outcome.good for job in jobs)
    counts = {f"cells_{status.lower()}": float(counted[status]) for status in (FINISHED, SKIPPED, FAILED, KILLED)}
    status = KILLED if killed else FAILED if bad else FINISHED
    _show(jobs, sweep)
    try:
        sweep.tracker.end_sweep(sweep.run_id, {"cells": float(len(jobs)), **counts}, status)
    except ClsbenchError as error:
        show_error(error)
        bad += 1
    SweepCallback._open = None
    if report is not None and sweep.tracker.uri is not None:
        cell_runs = [job.outcome.run_id for job in jobs if job.outcome.run_id]
        report(EndedSweep(sweep.tracker.uri, sweep.run_id, sweep.sweep_id, sweep.folder, cell_runs))
    return bad


def _show(jobs: Sequence[JobOutcome], sweep: _Open) -> None:
    planned = planned_cells(sweep.folder)
    if planned:
        show_planned(planned)
        jobs = [job for job in jobs if not job.outcome.good and job.outcome.status != MISSING]
    if jobs or not planned:
        show_sweep(jobs, sweep.run_id)


def _started(cfg: DictConfig) -> _Open:
    from clsbench.composition.settings import config_errors  # noqa: PLC0415 - a single run needs none of it here
    from clsbench.composition.surroundings import tracker_of  # noqa: PLC0415 - a single run needs none of it here

    if cfg.on_error not in ("continue", "stop"):
        raise ConfigError(f"on_error={cfg.on_error}: choose continue or stop")
    with config_errors():
        tracker = Untracked() if cfg.task.name == "plan" else tracker_of(cfg)
    folder = Path(cfg.hydra.sweep.dir)
    run = tracker.start_sweep(_sweep(cfg, folder.name))
    write_membership(Membership(run.sweep_id, run.run_id), folder)
    return _Open(tracker, run.run_id, run.sweep_id, folder)


def _sweep(cfg: DictConfig, sweep_id: str) -> Sweep:
    assert cfg.hydra.mode == RunMode.MULTIRUN
    params = OmegaConf.to_container(cfg.hydra.sweeper.get("params") or OmegaConf.create({}), resolve=False)
    assert isinstance(params, dict)
    own = [each for each in cfg.hydra.overrides.task if _key(each) not in _BOOKKEEPING]
    table = {_key(each): each for each in [*(f"{key!s}={value}" for key, value in params.items()), *own]}
    overrides = sorted(table.values())
    return Sweep(
        name=sweep_title(cfg.hydra.runtime.choices.get("experiment"), own),
        fingerprint=fingerprint({"task": cfg.task.name, "overrides": overrides}),
        sweep_id=sweep_id,
        overrides="\n".join(overrides),
        description=f"**A sweep**: one run for each combination of\n\n```\n{chr(10).join(overrides)}\n```",
        resume=bool(cfg.resume),
    )


def _key(override: str) -> str:
    return override.partition("=")[0].lstrip("+~")
