"""A SQLite store that breaks for a while, and runs whose latter half is in the spool because of it."""

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from empty_stores import EMPTY_STORES
from mlflow import MlflowClient

from clsbench.tracking.mlflow_store import MlflowTracker
from clsbench.tracking.spool import spooled
from clsbench.tracking.tracker import Cell, DatasetInput

CELL = Cell("net single 28", {"model": "net"}, {"task": "evaluate"}, DatasetInput("digits", "0123", "/images"))


def tracker_in(folder: Path, *, system_metrics: bool = False) -> MlflowTracker:
    """Store, artifacts and spool below ``folder``."""
    if not (folder / "mlflow.db").exists():
        (folder / "mlflow.db").write_bytes(_empty_store())
    return MlflowTracker(
        f"sqlite:///{folder}/mlflow.db",
        f"{folder}/artifacts",
        "clsbench",
        f"{folder}/spool",
        EMPTY_STORES,
        system_metrics=system_metrics,
    )


@contextmanager
def broken(folder: Path) -> Iterator[None]:
    """Metrics cannot be written, as if the disk under the store had gone."""
    _rename(folder, "metrics", "away")
    try:
        yield
    finally:
        _rename(folder, "away", "metrics")


def run_in(folder: Path, *, breaks: bool, error: BaseException | None = None) -> str:
    """The id of a run; where the store breaks, all but its first metric is in the spool when it is whole again."""
    log_file = folder / "clsbench.log"
    log_file.write_text("a line\n")
    ids = []
    with ExitStack() as until_the_end, tracker_in(folder).run(CELL, log_file) as log:
        ids.append(log.run_id)
        log.metrics({"top1_error": 2.0}, step=1)
        if breaks:
            until_the_end.enter_context(broken(folder))
        log.metrics({"top1_error": 1.0, "top5_error": 0.5}, step=2)
        log.tags({"device": "cpu"})
        log.params({"streams": 2})
        if error is not None:
            raise error
    return ids[0]


def spools_in(folder: Path) -> list[str]:
    """The runs with something to bring in."""
    return [path.name for path in spooled(folder / "spool")]


@cache
def _empty_store() -> bytes:
    """Its tables; to make them takes MLflow a second."""
    with TemporaryDirectory() as folder:
        MlflowClient(f"sqlite:///{folder}/mlflow.db").search_experiments()
        return Path(folder, "mlflow.db").read_bytes()


def _rename(folder: Path, old: str, new: str) -> None:
    with sqlite3.connect(folder / "mlflow.db") as database:
        database.execute(f"ALTER TABLE {old} RENAME TO {new}")
