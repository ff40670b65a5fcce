"""A signal in the middle of a statement leaves the SQLite store free for the end of the run."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from breaking_store import CELL, run_in, spools_in, tracker_in
from mlflow import MlflowClient
from sqlalchemy import event
from sqlalchemy.engine import Engine

from clsbench.signals import signals_end_the_run
from clsbench.tracking.replay import replay_all
from clsbench.tracking.tracker import Killed, RunLog


@contextmanager
def _killed_after_reading(table: str) -> Iterator[None]:
    """SIGTERM comes once, when a statement has read the first row of ``table`` and the others are still to be read."""
    sent: list[str] = []

    def send(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if f"FROM {table}" in statement and not sent:
            sent.append(statement)
            os.kill(os.getpid(), signal.SIGTERM)

    event.listen(Engine, "after_cursor_execute", send)
    try:
        yield
    finally:
        event.remove(Engine, "after_cursor_execute", send)
    assert sent


def _write(_folder: Path, log: RunLog) -> None:
    with _killed_after_reading("runs"):
        log.metrics({"top1_error": 30.0})


def _read(folder: Path, _log: RunLog) -> None:
    with _killed_after_reading("experiments"):
        tracker_in(folder).finished(CELL, "cpu")


def _replay(folder: Path, _log: RunLog) -> None:
    run_in(folder, breaks=True)
    with _killed_after_reading("runs"):
        list(replay_all(folder / "spool", lambda record: record.uri))


@pytest.mark.parametrize(("call", "spools"), [(_write, 0), (_read, 0), (_replay, 1)])
def test_the_run_is_closed_as_killed_in_the_store_and_not_in_its_spool(
    tmp_path: Path, call: Callable[[Path, RunLog], None], spools: int
) -> None:
    log_file = tmp_path / "clsbench.log"
    log_file.write_text("a line\n")
    tracker = tracker_in(tmp_path)
    with pytest.raises(Killed), signals_end_the_run(), tracker.run(CELL, log_file) as log:
        call(tmp_path, log)
    assert MlflowClient(tracker.uri).get_run(log.run_id).info.status == "KILLED"
    others = spools_in(tmp_path)
    assert len(others) == spools
    assert log.run_id not in others
