"""The command line: Hydra composes one job or many, each has an outcome, and the exit code sums them up."""

import gc
import os
import sys
import traceback
from dataclasses import replace
from pathlib import Path

import hydra
from hydra.core.hydra_config import HydraConfig
from omegaconf import DictConfig

from clsbench import config
from clsbench.composition.arguments import completed
from clsbench.composition.hidden_address import with_hidden_address
from clsbench.composition.hydra_errors import HYDRA_ERRORS, in_one_line
from clsbench.console.closed_output import outlive_readers
from clsbench.console.terminal import show_error
from clsbench.disk import disk_errors
from clsbench.errors import ClsbenchError, DiskError
from clsbench.signals import signals_end_the_run
from clsbench.sweeps.callback import EndedSweep, end_jobs, end_sweep, is_sweeps_own_process
from clsbench.sweeps.membership import sweep_folder
from clsbench.sweeps.outcome import FAILED, KILLED, NOT_STARTED, Outcome, first_line, write_outcome
from clsbench.sweeps.processes import ends_with_parent
from clsbench.sweeps.stop import is_stopped, stop_sweep
from clsbench.tracking.credentials import masked
from clsbench.tracking.tracker import Killed

config.register()
_failures: list[str] = []
_FULL_ERROR = "HYDRA_FULL_ERROR"


@hydra.main(version_base="1.3", config_path=str(config.CONF), config_name="config")
def _job(cfg: DictConfig) -> None:
    outlive_readers()  # also in a launcher's process
    sweep = sweep_folder()
    if sweep is None:
        _single(cfg)
        return
    if HydraConfig.get().runtime.choices["hydra/launcher"] == "joblib" and not is_sweeps_own_process():
        with ends_with_parent():
            _swept(cfg, sweep)
    else:
        _swept(cfg, sweep)


def _swept(cfg: DictConfig, sweep: Path) -> None:
    folder, shard = Path(HydraConfig.get().runtime.output_dir), str(cfg.shard or "")
    if is_stopped(sweep):
        write_outcome(Outcome(NOT_STARTED, error="on_error=stop, and a cell before it failed", shard=shard), folder)
        return
    try:
        outcome = _cell(cfg)
    except Killed as killed:
        write_outcome(Outcome(KILLED, error=str(killed), shard=shard), folder)
        raise
    write_outcome(replace(outcome, shard=shard), folder)
    if not outcome.good and cfg.on_error == "stop":
        stop_sweep(sweep)


def _single(cfg: DictConfig) -> None:
    # Imported late, so that --help and a mistyped option answer at once, without MLflow, ONNX and OpenCV.
    from clsbench.app import run  # noqa: PLC0415

    try:
        outcome = run(cfg)
    except ClsbenchError as error:
        show_error(error)
        _failures.append(str(error))
    else:
        _failures.extend([outcome.error] if not outcome.good else [])


def _cell(cfg: DictConfig) -> Outcome:
    """One cell of a sweep: its failures do not affect the others."""
    from clsbench.app import run  # noqa: PLC0415

    try:
        return run(cfg)
    except ClsbenchError as error:
        show_error(error)
        return Outcome(FAILED, error=first_line(error))
    except Exception as error:  # noqa: BLE001 - a bug of ours in one cell must not cost the others
        sys.stderr.write(masked(traceback.format_exc()))
        return Outcome(FAILED, error=f"{type(error).__name__}: {first_line(error)}")


def _report(sweep: EndedSweep) -> None:
    # Imported late, with matplotlib, because a single run does not need it.
    from clsbench.report.sweep_report import keep_report  # noqa: PLC0415

    keep_report(sweep)


def main() -> None:
    """Runs the command line; the exit code is 1 if a run failed."""
    # MLflow and SQLAlchemy create a million objects that stay; garbage collection would take a tenth of the start-up.
    gc.set_threshold(100_000, 50, 1000)
    outlive_readers()
    sys.argv[1:] = with_hidden_address(completed(sys.argv[1:], config.CONF / "model"), os.environ)
    shows_all = os.environ.get(_FULL_ERROR) == "1"  # read as Hydra does
    os.environ[_FULL_ERROR] = "1"  # Hydra then raises what it would otherwise print
    bad = 0
    try:
        # A launcher's processes first: otherwise joblib would kill them before they can close their runs.
        with signals_end_the_run(end_jobs):
            bad = _to_the_end(shows_all=shows_all)
    except Killed as killed:
        # Not sys.exit: a thread may still be inside a forward, and the run is already closed.
        sys.stderr.write(f"{killed}\n")
        end_sweep(killed=True)
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(128 + killed.signal)
    sys.stdout.flush()  # here it is no error if the reader is gone; at Python's own exit it would be
    sys.exit(1 if _failures or bad else 0)


def _to_the_end(*, shows_all: bool) -> int:
    """Runs all jobs and the end of their sweep; returns the number of cells without a result."""
    try:
        with disk_errors():
            _job()
    except DiskError as error:  # from Hydra, which makes the run's folder before the job
        show_error(error)
        _failures.append(str(error))
    except HYDRA_ERRORS as error:
        if shows_all:
            raise
        show_error(in_one_line(error))
        _failures.append(str(error))
    except SystemExit:  # from Hydra, after an error outside the jobs
        end_sweep(killed=False, report=_report)
        raise
    return end_sweep(killed=False, report=_report)
