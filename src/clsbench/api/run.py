"""``clsbench.run`` and ``clsbench.sweep``: the commands as functions."""

import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from hydra.core.hydra_config import HydraConfig
from omegaconf import DictConfig

from clsbench.api.composed import composed
from clsbench.api.result import Result
from clsbench.api.undisturbed import undisturbed
from clsbench.app import performed
from clsbench.errors import ConfigError
from clsbench.sweeps.membership import membership_of
from clsbench.sweeps.outcome import Outcome, outcomes
from clsbench.sweeps.whole_cells import whole_cells
from clsbench.tracking.existing_store import existing_store, store_errors


def run(*overrides: str, show: bool = False) -> Result:
    """Does what the command ``clsbench OVERRIDES`` does, in this process: ``run("model=resnet50", "crop=multi12")``.

    ``show=True`` prints what the command prints. Calls can follow one another, but not run at once in threads. Raises
    ClsbenchError, with the command's message. After a KeyboardInterrupt, the same call resumes where it stopped.
    """
    with undisturbed(show=show), composed(overrides) as cfg:
        folder = Path(HydraConfig.get().runtime.output_dir)
        outcome = performed(cfg, folder, logger="clsbench")
        return _result(outcome, folder, _uri(cfg))


@dataclass(frozen=True)
class Sweep:
    """The result of a sweep.

    ``results``: those of the cells that have one, in order. ``failed``: overrides and error of the other cells.
    """

    run_id: str
    results: Sequence[Result]
    failed: Sequence[tuple[Sequence[str], str]]


def sweep(*overrides: str, show: bool = False) -> Sweep:
    """Does what the command ``clsbench -m OVERRIDES`` does, in a separate process: ``sweep("crop=single,multi12")``.

    A cell that fails does not stop the others. Raises ConfigError if the sweep could not start.
    """
    kept = [each for each in overrides if each.lstrip("+").startswith(("paths.", "tracking"))]
    with undisturbed(show=False), composed(kept) as cfg:
        folder, uri = Path(HydraConfig.get().sweep.dir), _uri(cfg)
    said = _swept(overrides, folder, show=show)
    jobs = whole_cells(outcomes(folder)) if folder.is_dir() else []
    if not jobs:
        raise ConfigError(said)
    results = [_result(job.outcome, folder / str(job.number), uri) for job in jobs if job.outcome.good]
    failed = [(job.overrides, job.outcome.error) for job in jobs if not job.outcome.good]
    return Sweep(membership_of(folder).parent_run_id, results, failed)


def _swept(overrides: Sequence[str], folder: Path, *, show: bool) -> str:
    """The command's error output. An interrupt first ends the command cleanly."""
    command = [sys.executable, "-m", "clsbench", "-m", *overrides, f"hydra.sweep.dir={folder}"]
    with subprocess.Popen(
        command, stdout=None if show else subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        try:
            said = process.communicate()[1]
        except BaseException:
            process.send_signal(signal.SIGTERM)
            process.wait()
            raise
    if show:
        sys.stderr.write(said)
    return said.strip().removeprefix("error: ") or f"exit code {process.returncode}"


def _uri(cfg: DictConfig) -> str | None:
    uri = cfg.tracking.get("uri")
    return None if uri is None else str(uri)


def _result(outcome: Outcome, folder: Path, uri: str | None) -> Result:
    known = (outcome.status, outcome.name, outcome.run_id)
    if uri is None or not outcome.run_id:
        return Result(*known, metrics=outcome.figures, params={}, tags={}, folder=folder)
    client = existing_store(uri)
    with store_errors(uri):
        data = client.get_run(outcome.run_id).data
    return Result(*known, metrics=data.metrics, params=data.params, tags=data.tags, folder=folder, uri=uri)
