"""Runs in a real SQLite store, and in a real MLflow server."""

import multiprocessing
import os
import socket
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from empty_stores import EMPTY_STORES
from mlflow import MlflowClient
from mlflow.entities import Run
from mlflow_server import MlflowServer

from clsbench.errors import EngineError, TrackingError
from clsbench.tracking.mlflow_store import MlflowTracker
from clsbench.tracking.tracker import Cell, DatasetInput, Killed, RunLog, Sweep

CELL = Cell(
    name="net single 28",
    params={"model": "net", "crop_size": 28},
    tags={"fingerprint": "abc"},
    dataset=DatasetInput("digits", "0123456789" * 7, "/images"),
    description="One cell.",
)


def _tracker(folder: Path) -> MlflowTracker:
    return MlflowTracker(
        uri=f"sqlite:///{folder}/mlflow.db",
        artifacts=f"{folder}/artifacts",
        experiment="clsbench",
        spool=f"{folder}/spool",
        empty_stores=EMPTY_STORES,
        system_metrics=False,
    )


def _only_run(tracker: MlflowTracker) -> Run:
    client = MlflowClient(tracking_uri=tracker.uri)
    experiment = client.get_experiment_by_name(tracker.experiment)
    assert experiment is not None
    (run,) = client.search_runs([experiment.experiment_id])
    return run


def _log_file(folder: Path) -> Path:
    path = folder / "clsbench.log"
    path.write_text("a line\n")
    return path


def test_a_run_keeps_params_metrics_tags_dataset_and_files(tmp_path: Path) -> None:
    tracker = _tracker(tmp_path)
    files = tmp_path / "files"
    files.mkdir()
    (files / "config.yaml").write_text("a: 1\n")
    with tracker.run(CELL, _log_file(tmp_path)) as log:
        log.metrics({"top1_error": 40.0}, step=10)
        log.metrics({"top1_error": 30.0}, step=20)
        log.params({"batch_size": 4})
        log.tags({"device": "cpu"})
        log.artifacts(files)

    run = _only_run(tracker)
    assert run.info.status == "FINISHED"
    assert run.data.params == {"model": "net", "crop_size": "28", "batch_size": "4"}
    assert run.data.metrics == {"top1_error": 30.0}
    assert run.data.tags["fingerprint"] == "abc"
    assert run.data.tags["device"] == "cpu"
    assert run.data.tags["mlflow.note.content"] == "One cell."
    assert run.inputs is not None
    (dataset,) = run.inputs.dataset_inputs
    assert dataset.dataset.name == "digits"
    client = MlflowClient(tracking_uri=tracker.uri)
    assert {file.path for file in client.list_artifacts(run.info.run_id)} == {"config.yaml", "clsbench.log"}
    assert [metric.step for metric in client.get_metric_history(run.info.run_id, "top1_error")] == [10, 20]


def test_a_run_that_fails_ends_as_failed_with_the_error_and_the_log(tmp_path: Path) -> None:
    tracker = _tracker(tmp_path)
    with pytest.raises(EngineError), tracker.run(CELL, _log_file(tmp_path)):
        raise EngineError("caffe died")

    run = _only_run(tracker)
    assert run.info.status == "FAILED"
    assert run.data.tags["error"] == "EngineError: caffe died"
    client = MlflowClient(tracking_uri=tracker.uri)
    assert [file.path for file in client.list_artifacts(run.info.run_id)] == ["clsbench.log"]


def _measure_and_raise(tracker: MlflowTracker, stop: BaseException, log_file: Path) -> None:
    with tracker.run(CELL, log_file) as log:
        log.metrics({"top1_error": 12.5})
        raise stop


@pytest.mark.parametrize("stop", [Killed(15), KeyboardInterrupt()])
def test_a_run_that_is_stopped_ends_as_killed_with_what_it_has(tmp_path: Path, stop: BaseException) -> None:
    tracker = _tracker(tmp_path)
    with pytest.raises(type(stop)):
        _measure_and_raise(tracker, stop, _log_file(tmp_path))

    run = _only_run(tracker)
    assert run.info.status == "KILLED"
    assert run.data.metrics == {"top1_error": 12.5}


def _start_and_vanish(folder: Path) -> None:
    with _tracker(folder).run(CELL, folder / "none.log"):
        os._exit(9)


def test_a_run_of_a_process_that_vanished_is_closed_at_the_next_start(tmp_path: Path) -> None:
    process = multiprocessing.get_context("spawn").Process(target=_start_and_vanish, args=(tmp_path,))
    process.start()
    process.join()
    tracker = _tracker(tmp_path)
    assert _only_run(tracker).info.status == "RUNNING"

    with tracker.run(CELL, tmp_path / "none.log") as log:
        client = MlflowClient(tracking_uri=tracker.uri)
        runs = client.search_runs([client.get_run(log.run_id).info.experiment_id])
        assert {run.info.run_id == log.run_id: run.info.status for run in runs} == {True: "RUNNING", False: "KILLED"}


def test_a_sweep_that_was_killed_closes_the_cells_of_processes_that_vanished(tmp_path: Path) -> None:
    tracker = _tracker(tmp_path)
    sweep = tracker.start_sweep(Sweep("sweep", "f", "s1", "crop=single", "", resume=True))
    process = multiprocessing.get_context("spawn").Process(target=_start_and_vanish, args=(tmp_path,))
    process.start()
    process.join()
    tracker.end_sweep(sweep.run_id, {"cells": 1.0}, "KILLED")
    client = MlflowClient(tracking_uri=tracker.uri)
    runs = client.search_runs([client.get_run(sweep.run_id).info.experiment_id])
    assert [run.info.status for run in runs] == ["KILLED", "KILLED"]


def _one_run(folder: Path) -> None:
    with _tracker(folder).run(CELL, folder / "none.log") as log:
        log.metrics({"top1_error": 1.0})


def test_processes_that_start_together_on_a_new_store_are_all_recorded(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=_one_run, args=(tmp_path,)) for _ in range(4)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0] * 4
    client = MlflowClient(tracking_uri=_tracker(tmp_path).uri)
    experiment = client.get_experiment_by_name("clsbench")
    assert experiment is not None
    assert [run.info.status for run in client.search_runs([experiment.experiment_id])] == ["FINISHED"] * 4


def test_an_experiment_that_another_machine_makes_at_the_same_moment_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _one_run(tmp_path)
    there, asked = MlflowClient.get_experiment_by_name, list[str]()

    def late(client: MlflowClient, name: str) -> object:
        asked.append(name)
        return there(client, name) if len(asked) > 1 else None

    monkeypatch.setattr(MlflowClient, "get_experiment_by_name", late)
    _one_run(tmp_path)
    assert len(asked) > 1
    client = MlflowClient(tracking_uri=_tracker(tmp_path).uri)
    experiment = client.get_experiment_by_name("clsbench")
    assert experiment is not None
    assert [run.info.status for run in client.search_runs([experiment.experiment_id])] == ["FINISHED"] * 2


def test_a_store_that_cannot_be_opened_is_one_error_with_the_way_out() -> None:
    tracker = MlflowTracker(
        uri="sqlite:////proc/none/mlflow.db",
        artifacts="/proc/none",
        experiment="clsbench",
        spool="/proc/none",
        empty_stores=EMPTY_STORES,
        system_metrics=False,
    )
    with pytest.raises(TrackingError, match=r"tracking\.uri=sqlite:////proc/none.*tracking=none"), _enter(tracker):
        pass


def test_a_server_that_does_not_answer_is_an_error_at_once() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    tracker = MlflowTracker(
        uri=f"http://127.0.0.1:{port}",
        artifacts="",
        experiment="clsbench",
        spool="none",
        empty_stores=EMPTY_STORES,
        system_metrics=False,
    )
    with pytest.raises(TrackingError, match="refused"), _enter(tracker):
        pass


def _enter(tracker: MlflowTracker) -> AbstractContextManager[RunLog]:
    return tracker.run(CELL, Path("none.log"))


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    """The address of a real MLflow server, stopped with all its workers afterwards."""
    started = MlflowServer(tmp_path)
    try:
        started.start()
        yield started.uri
    finally:
        started.kill()


def test_a_run_goes_to_an_mlflow_server_with_its_artifacts(server: str, tmp_path: Path) -> None:
    tracker = MlflowTracker(
        uri=server,
        artifacts="",
        experiment="clsbench",
        spool=str(tmp_path),
        empty_stores=EMPTY_STORES,
        system_metrics=False,
    )
    with tracker.run(CELL, _log_file(tmp_path)) as log:
        log.metrics({"top1_error": 40.0})
    run = _only_run(tracker)
    assert run.info.status == "FINISHED"
    client = MlflowClient(tracking_uri=server)
    assert [file.path for file in client.list_artifacts(run.info.run_id)] == ["clsbench.log"]
