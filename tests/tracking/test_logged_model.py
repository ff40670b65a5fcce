"""A network is one LoggedModel of MLflow, whatever number of runs measured it, with the metrics of each of them."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from breaking_store import CELL, tracker_in
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException
from mlflow.protos.databricks_pb2 import ENDPOINT_NOT_FOUND
from mlflow_server import MlflowServer

from clsbench.tracking.logged_model import ModelMetrics
from clsbench.tracking.tracker import Cell, DatasetInput, Network
from clsbench.tracking.writes import line_of, write_of

NETWORK = Network("net_v1.0", "net_v1.0 abc", {"weights_sha256": "abc", "parameters": "12"})
WRITE = ModelMetrics("net", "net abc", {"classes": "10"}, {"top1_error": 1.0}, 1_700_000_000_000, "digits", "0123")


def _run(folder: Path, error: float, cell: Cell = CELL, network: Network = NETWORK) -> str:
    log_file = folder / "clsbench.log"
    log_file.write_text("a line\n")
    with tracker_in(folder).run(replace(cell, network=network), log_file) as log:
        log.metrics({"top1_error": 99.0})
        log.metrics({"top1_error": error, "images": 4.0}, step=1)
    return log.run_id


def _client(folder: Path) -> MlflowClient:
    return MlflowClient(tracker_in(folder).uri)


def _models(folder: Path) -> list[Any]:
    return list(_client(folder).search_logged_models([_experiment(folder)]))


def _experiment(folder: Path) -> str:
    found = _client(folder).get_experiment_by_name("clsbench")
    assert found is not None
    return str(found.experiment_id)


def test_runs_with_the_same_weights_are_one_model_with_the_last_metrics_of_each_on_its_dataset(tmp_path: Path) -> None:
    other_images = replace(CELL, dataset=DatasetInput("photographs", "4567", "/photographs"))
    runs = [_run(tmp_path, 2.0), _run(tmp_path, 1.0), _run(tmp_path, 30.0, other_images)]
    (model,) = _models(tmp_path)
    assert model.name == "net_v1-0"
    assert model.params == NETWORK.params
    assert str(model.status) == "READY"
    errors = {(each.run_id, each.dataset_name, each.value) for each in model.metrics if each.key == "top1_error"}
    assert errors == {(runs[0], "digits", 2.0), (runs[1], "digits", 1.0), (runs[2], "photographs", 30.0)}
    for run in runs:
        inputs = _client(tmp_path).get_run(run).inputs
        assert inputs is not None
        assert [each.model_id for each in inputs.model_inputs] == [model.model_id]


def test_other_weights_are_another_model(tmp_path: Path) -> None:
    _run(tmp_path, 2.0)
    _run(tmp_path, 2.0, network=replace(NETWORK, key="net_v1.0 def"))
    assert len(_models(tmp_path)) == 2


def test_a_run_that_fails_gives_its_network_no_metrics(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), tracker_in(tmp_path).run(replace(CELL, network=NETWORK), tmp_path / "no.log"):
        raise RuntimeError
    assert _models(tmp_path) == []


def _open_run(folder: Path) -> str:
    with tracker_in(folder).run(CELL, folder / "no.log") as log:
        pass
    return log.run_id


def test_what_is_kept_in_a_spool_and_sent_again_after_a_crash_adds_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, client, write = _open_run(tmp_path), _client(tmp_path), write_of(line_of(WRITE))
    assert write == WRITE
    with monkeypatch.context() as patched:
        patched.setattr(client, "log_inputs", lambda *_, **__: (_ for _ in ()).throw(OSError("the process ends")))
        with pytest.raises(OSError, match="the process ends"):
            write.send(client, run)
    for _ in range(2):
        write.send(client, run)
    (model,) = _models(tmp_path)
    assert [(each.key, each.value) for each in model.metrics] == [("top1_error", 1.0)]
    assert len(client.get_metric_history(run, "top1_error")) == 1


def test_runs_that_end_at_once_make_one_model(tmp_path: Path) -> None:
    runs = [_open_run(tmp_path) for _ in range(8)]
    client = _client(tmp_path)
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda run: WRITE.send(client, run), runs))
    (model,) = _models(tmp_path)
    linked = [client.get_run(run).inputs for run in runs]
    assert {each.model_id for inputs in linked if inputs for each in inputs.model_inputs} == {model.model_id}


def test_a_server_keeps_one_model_of_runs_that_end_at_once(tmp_path: Path) -> None:
    server = MlflowServer(tmp_path)
    server.start()
    try:
        client = MlflowClient(server.uri)
        experiment = client.create_experiment("clsbench")
        runs = [client.create_run(experiment).info.run_id for _ in range(4)]
        with ThreadPoolExecutor(4) as threads:
            list(threads.map(lambda run: WRITE.send(client, run), runs))
        (model,) = client.search_logged_models([experiment])
        assert {each.run_id for each in model.metrics or ()} == set(runs)
    finally:
        server.kill()


def test_a_store_that_knows_no_models_keeps_the_run_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise MlflowException("no such endpoint", ENDPOINT_NOT_FOUND)

    monkeypatch.setattr(MlflowClient, "search_logged_models", refuse)
    run = _run(tmp_path, 2.0)
    assert _client(tmp_path).get_run(run).info.status == "FINISHED"
    assert "its network was not logged as a model: no such endpoint" in " ".join(caplog.messages)
