"""A real MLflow server is killed while runs are open, started again, and ``python -m clsbench.sync`` brings all in."""

import logging
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

import pytest
from empty_stores import EMPTY_STORES
from kept_run import kept, rows
from mlflow import MlflowClient
from mlflow_server import MlflowServer

from clsbench.tracking.mlflow_store import MlflowTracker
from clsbench.tracking.spool import spooled
from clsbench.tracking.tracker import Cell, DatasetInput, RunLog

CELL = Cell("net single 28", {"model": "net"}, {"task": "evaluate"}, DatasetInput("digits", "0123", "/images"))


def _tracker(server: MlflowServer) -> MlflowTracker:
    return MlflowTracker(
        server.uri, "", "clsbench", f"{server.folder}/outputs/spool", EMPTY_STORES, system_metrics=False
    )


def _files(folder: Path) -> Path:
    (folder / "run" / "plots").mkdir(parents=True, exist_ok=True)
    (folder / "run" / "config.yaml").write_text("a: 1\n")
    (folder / "run" / "plots" / "curve.png").write_bytes(bytes(range(256)) * 100)
    (folder / "clsbench.log").write_text("a line\n")
    return folder / "run"


def _before(log: RunLog) -> None:
    log.params({"batch_size": 4})
    log.tags({"device": "cpu", "note": "first"})
    for images in (10, 20):
        log.metrics({"top1_error": 100.0 / images, "top5_error": 0.1}, step=images)


def _after(log: RunLog, files: Path) -> None:
    for images in (30, 40):
        log.metrics({"top1_error": 100.0 / images, "top5_error": 0.1}, step=images)
    log.metrics({"not_a_number": float("nan"), "tiny": 5e-324}, step=40)
    log.params({"streams": 2, "odd": 'é "quoted"\n\u2028 text'})
    log.tags({"note": "second"})
    log.artifacts(files)
    (files / "config.yaml").write_text("changed after it was kept\n")


def _until_killed(tracker: MlflowTracker, is_open: Event, is_gone: Event) -> None:
    with tracker.run(CELL, Path("none.log")) as log:
        log.metrics({"top1_error": 9.0}, step=1)
        is_open.set()
        is_gone.wait()
        log.metrics({"top1_error": 8.0}, step=2)
        log.tags({"note": "last words"})
        os.kill(os.getpid(), signal.SIGKILL)


class _Warnings(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(record.getMessage())


@dataclass
class _Outage:
    client: MlflowClient
    undisturbed: str
    disturbed: str
    deleted: str
    killed: str
    ended_by: float
    warnings: list[str]
    statuses: set[str]
    synced: "subprocess.CompletedProcess[str]"
    again: "subprocess.CompletedProcess[str]"
    rows: list[dict[str, int]]


def _sync(server: MlflowServer) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "clsbench.sync", f"paths.outputs={server.folder}/outputs"]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=server.folder)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MlflowServer]:
    server = MlflowServer(tmp_path_factory.mktemp("server"))
    server.start()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MLFLOW_HTTP_REQUEST_TIMEOUT", "60")  # a busy machine is no outage
        yield server
    server.kill()


def _undisturbed(tracker: MlflowTracker, folder: Path) -> str:
    files = _files(folder)
    with tracker.run(CELL, folder / "clsbench.log") as log:
        _before(log)
        _after(log, files)
    return log.run_id


@pytest.fixture(scope="module")
def outage(server: MlflowServer) -> _Outage:
    """All that happens, once, for the tests below to look at."""
    tracker, client, warnings = _tracker(server), MlflowClient(server.uri), _Warnings()
    undisturbed = _undisturbed(tracker, server.folder)
    context = multiprocessing.get_context("spawn")
    is_open, is_gone = context.Event(), context.Event()
    other = context.Process(target=_until_killed, args=(tracker, is_open, is_gone))
    other.start()
    assert is_open.wait(60)
    logging.getLogger().addHandler(warnings)
    files = _files(server.folder)
    with tracker.run(CELL, server.folder / "none.log") as doomed:
        with tracker.run(CELL, server.folder / "clsbench.log") as log:
            _before(log)
            server.kill()
            _after(log, files)
        doomed.metrics({"top1_error": 1.0})
    ended_by = time.time()
    logging.getLogger().removeHandler(warnings)
    is_gone.set()
    other.join()
    (killed,) = {path.name for path in spooled(Path(tracker.spool))} - {log.run_id, doomed.run_id}
    server.start()
    statuses = {client.get_run(each).info.status for each in (log.run_id, doomed.run_id, killed)}
    client.delete_run(doomed.run_id)
    synced = _sync(server)
    counted = [rows(server.folder / "server.db")]
    again = _sync(server)
    counted.append(rows(server.folder / "server.db"))
    ids = (undisturbed, log.run_id, doomed.run_id, killed)
    return _Outage(client, *ids, ended_by, warnings.said, statuses, synced, again, counted)


def _kept(outage: _Outage, run_id: str, folder: Path) -> dict[str, Any]:
    (folder / run_id).mkdir()
    values = kept(outage.client, run_id, folder / run_id)
    values["metrics"].pop("not_a_number")  # equals nothing, not even itself
    return values


def test_a_run_whose_server_went_away_ends_up_as_an_undisturbed_one(outage: _Outage, tmp_path: Path) -> None:
    assert outage.statuses == {"RUNNING"}
    disturbed = _kept(outage, outage.disturbed, tmp_path)
    assert disturbed == _kept(outage, outage.undisturbed, tmp_path)
    assert [step for step, _ in disturbed["metrics"]["top1_error"]] == [10, 20, 30, 40]
    assert disturbed["files"]["config.yaml"] == b"a: 1\n"
    assert disturbed["files"].keys() == {"config.yaml", "plots/curve.png", "clsbench.log"}


def test_it_keeps_the_times_at_which_it_was_measured_and_ended(outage: _Outage) -> None:
    info = outage.client.get_run(outage.disturbed).info
    last = outage.client.get_metric_history(outage.disturbed, "top1_error")[-1]
    assert info.start_time <= last.timestamp <= info.end_time <= outage.ended_by * 1000


def test_the_terminal_shows_one_warning_and_how_to_go_on(outage: _Outage) -> None:
    # Two runs of this process were open; the one inside the other is the first to notice, and to end.
    gone, still_away, _, _ = outage.warnings
    assert "went away" in gone
    assert "refused" in gone
    assert outage.disturbed in gone
    assert "clsbench sync tracking.spool=" in still_away


def test_a_run_killed_while_it_spooled_has_all_it_wrote_and_is_killed(outage: _Outage) -> None:
    run = outage.client.get_run(outage.killed)
    assert run.info.status == "KILLED"
    assert run.data.tags["note"] == "last words"
    assert run.data.tags["error"] == "the process ended without closing its run"
    history = outage.client.get_metric_history(outage.killed, "top1_error")
    assert [(each.step, each.value) for each in history] == [(1, 9.0), (2, 8.0)]
    assert history[-1].timestamp <= run.info.end_time <= outage.ended_by * 1000 + 60_000


def test_a_run_deleted_meanwhile_is_one_line_and_its_spool_is_kept(outage: _Outage, server: MlflowServer) -> None:
    assert outage.synced.returncode == 1
    (line,) = outage.synced.stderr.splitlines()
    assert f"run {outage.deleted}" in line
    assert "deleted" in line
    aside = server.folder / "outputs" / "spool" / "refused" / outage.deleted
    assert str(aside) in line
    assert (aside / "events.jsonl").is_file()


def test_what_was_brought_in_is_said_and_a_second_sync_changes_nothing(outage: _Outage) -> None:
    said = sorted(outage.synced.stdout.splitlines())
    assert len(said) == 2
    assert {line.rpartition(" ")[2] for line in said} == {"FINISHED", "KILLED"}
    assert outage.again.returncode == 0
    assert outage.again.stdout.startswith("nothing to send")
    assert outage.rows[0] == outage.rows[1]


def test_a_frozen_server_costs_one_wait_and_has_everything_once_it_goes_on(
    server: MlflowServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_TIMEOUT", "1")
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "1")
    tracker, client = _tracker(server), MlflowClient(server.uri)
    with tracker.run(CELL, tmp_path / "none.log") as log:
        server.freeze()
        started = time.monotonic()
        for step in range(20):
            log.metrics({"top1_error": float(step)}, step=step)
        waited = time.monotonic() - started
        server.thaw()  # and it takes the write that nobody waited for any more: the spool holds it too
    assert waited < 20  # it did not wait for each
    assert client.get_run(log.run_id).info.status == "FINISHED"
    assert [each.step for each in client.get_metric_history(log.run_id, "top1_error")] == list(range(20))
    assert list(spooled(Path(tracker.spool))) == []
