"""A run whose store breaks goes on into its spool; one that the store refuses is an error."""

import logging
from dataclasses import replace
from pathlib import Path

import pytest
from breaking_store import CELL, broken, run_in, spools_in, tracker_in
from mlflow import MlflowClient

from clsbench.errors import EngineError, TrackingError
from clsbench.tracking.tracker import Killed, Sweep


def _client(folder: Path) -> MlflowClient:
    return MlflowClient(tracker_in(folder).uri)


def test_a_store_that_comes_back_before_the_end_has_everything_at_the_end(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING), tracker_in(tmp_path).run(CELL, tmp_path / "none.log") as log:
        with broken(tmp_path):
            for step in range(5):
                log.metrics({"top1_error": 5.0 - step}, step=step)
        assert spools_in(tmp_path) == [log.run_id]
    assert spools_in(tmp_path) == []
    assert _client(tmp_path).get_run(log.run_id).info.status == "FINISHED"
    assert len(_client(tmp_path).get_metric_history(log.run_id, "top1_error")) == 5
    gone, back = (record.getMessage() for record in caplog.records)
    assert "went away" in gone
    assert "answers again" in back


def test_a_run_that_fails_while_the_store_is_away_fails_with_its_own_error(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="caffe died"):
        run_in(tmp_path, breaks=True, error=EngineError("caffe died"))
    (run,) = spools_in(tmp_path)
    run_in(tmp_path, breaks=False)
    ended = _client(tmp_path).get_run(run)
    assert (ended.info.status, ended.data.tags["error"]) == ("FAILED", "EngineError: caffe died")


def test_a_run_that_is_stopped_does_not_wait_for_the_store(tmp_path: Path) -> None:
    with pytest.raises(Killed):
        run_in(tmp_path, breaks=True, error=Killed(15))
    (run,) = spools_in(tmp_path)
    assert _client(tmp_path).get_run(run).info.status == "RUNNING"
    run_in(tmp_path, breaks=False)
    assert _client(tmp_path).get_run(run).info.status == "KILLED"


def test_what_the_store_refuses_is_an_error_and_the_run_has_failed(tmp_path: Path) -> None:
    tracker = tracker_in(tmp_path)
    with pytest.raises(TrackingError, match=r"params refused .*model.*What was computed is in the run's folder"):
        _log_twice(tmp_path)
    client = _client(tmp_path)
    experiment = client.get_experiment_by_name(tracker.experiment)
    assert experiment is not None
    (run,) = client.search_runs([experiment.experiment_id])
    assert run.info.status == "FAILED"
    assert spools_in(tmp_path) == []


def _log_twice(folder: Path) -> None:
    with tracker_in(folder).run(CELL, folder / "none.log") as log:
        log.params({"model": "another"})


def test_a_run_deleted_while_it_goes_on_is_one_error(tmp_path: Path) -> None:
    with pytest.raises(TrackingError, match="metrics refused"):
        _delete_and_log(tmp_path)


def _delete_and_log(folder: Path) -> None:
    with tracker_in(folder).run(CELL, folder / "none.log") as log:
        _client(folder).delete_run(log.run_id)
        log.metrics({"top1_error": 1.0})


def test_a_spool_that_cannot_be_written_is_said_with_its_setting(tmp_path: Path) -> None:
    with pytest.raises(TrackingError, match=r"tracking\.spool=/proc/none.*What was computed is in the run's folder"):
        _break_without_spool(tmp_path)


def _break_without_spool(folder: Path) -> None:
    tracker = replace(tracker_in(folder), spool="/proc/none")
    with broken(folder_with_store(folder)), tracker.run(CELL, folder / "none.log") as log:
        log.metrics({"top1_error": 1.0})


def folder_with_store(folder: Path) -> Path:
    """The folder, once its store has been made."""
    run_in(folder, breaks=False)
    return folder


def test_a_sweep_that_ends_while_the_store_is_away_ends_in_the_spool(tmp_path: Path) -> None:
    tracker = tracker_in(tmp_path)
    sweep = Sweep("sweep of two", "fingerprint", "sweep-1", "crop=single,multi10", "two cells", resume=True)
    run = tracker.start_sweep(sweep)
    with broken(tmp_path):
        tracker.end_sweep(run.run_id, {"cells": 2.0, "cells_finished": 2.0}, "FINISHED")
        assert spools_in(tmp_path) == [run.run_id]
    assert _client(tmp_path).get_run(run.run_id).info.status == "RUNNING"
    run_in(tmp_path, breaks=False)
    ended = _client(tmp_path).get_run(run.run_id)
    assert (ended.info.status, ended.data.metrics["cells_finished"]) == ("FINISHED", 2.0)


def test_a_run_with_its_end_in_a_spool_is_not_closed_by_a_command_that_has_another(tmp_path: Path) -> None:
    run = run_in(tmp_path, breaks=True)
    # Its process is gone, as far as the store knows.
    _client(tmp_path).set_tag(run, "clsbench.process", "1:0")
    with replace(tracker_in(tmp_path), spool=str(tmp_path / "another")).run(CELL, tmp_path / "none.log"):
        pass
    assert _client(tmp_path).get_run(run).info.status == "RUNNING"
    run_in(tmp_path, breaks=False)
    assert _client(tmp_path).get_run(run).info.status == "FINISHED"
