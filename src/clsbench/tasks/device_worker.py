"""A process that evaluates one shard on its GPU: `python -m clsbench.tasks.device_worker JOB`, answering on stdout."""

import logging
import os
import pickle
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

from hydra.core.hydra_config import HydraConfig
from hydra.core.utils import setup_globals
from omegaconf import DictConfig

from clsbench import config
from clsbench.cells.cell import cell_of
from clsbench.cells.shard_places import about, place_of
from clsbench.composition.parts import assembled
from clsbench.console.progress import Show, Standing
from clsbench.console.terminal import console, errors
from clsbench.disk import disk_errors
from clsbench.engines.cores import take_share
from clsbench.errors import ClsbenchError
from clsbench.shards.shard import Shard
from clsbench.signals import signals_end_the_run
from clsbench.tasks.shard import Onlooker, evaluated
from clsbench.timing.answers import Answers, LogSender, end_with_parent, own_stdout
from clsbench.tracking.tracker import Killed

_STANDING_SECONDS = 0.2


@dataclass(frozen=True)
class WorkerJob:
    """The job of one worker: ``hydra`` is Hydra's own configuration; ``device`` is the user's name for its GPU."""

    cfg: DictConfig
    hydra: Any
    shard: Shard
    device: str
    batch_size: int | None  # what another worker found; None = the engine's own


def main() -> None:
    """Evaluates the job in the named file; the end of stdin, or SIGTERM, ends it, and its journal is kept."""
    answers = own_stdout()
    console.quiet = errors.quiet = True
    threading.Thread(target=end_with_parent, daemon=True).start()
    logging.basicConfig(level=logging.INFO, handlers=[LogSender(answers)])
    try:
        with signals_end_the_run(), disk_errors():
            _evaluate(_read(Path(sys.argv[1])), answers)
    except ClsbenchError as error:
        answers.send("error", [type(error).__name__, str(error)])
    except Killed as killed:
        os._exit(128 + killed.signal)  # a thread may still be inside a forward
    else:
        answers.send("done", True)


def _read(path: Path) -> WorkerJob:
    config.register()
    setup_globals()
    job = cast(WorkerJob, pickle.loads(path.read_bytes()))  # noqa: S301 - the parent wrote it, where only it may write
    HydraConfig.instance().set_config(job.hydra)
    return job


def _evaluate(job: WorkerJob, answers: Answers) -> None:
    take_share(job.shard.number - 1, job.shard.count)
    parts = assembled(job.cfg)
    cell = cell_of(job.cfg, parts)
    if job.batch_size is not None:
        parts = replace(parts, engine=replace(cast(Any, parts.engine), batch_size=job.batch_size))
    place = place_of(job.cfg, cell, job.shard.count, parts.tracker)
    onlooker = Onlooker(lambda size: answers.send("batch_size", size), _sent_progress(answers), job.device)
    records, batch_size = evaluated(job.cfg, parts, cell, (job.shard, place), onlooker)
    place.keep(records, batch_size, about(job.cfg, cell, parts))


def _sent_progress(answers: Answers) -> Any:
    """Like console.progress.progress_bar, but shown by the parent."""

    @contextmanager
    def progress_bar(name: str, total: int, done: int = 0) -> Iterator[Show]:  # noqa: ARG001 - as there
        last = 0.0

        def send(standing: Standing) -> None:
            nonlocal last
            now = time.monotonic()
            if standing.images == total or now - last >= _STANDING_SECONDS:
                last = now
                answers.send("standing", list(vars(standing).values()))

        yield send

    return progress_bar


if __name__ == "__main__":
    main()
