"""Passwords in addresses are shown and written nowhere."""

from pathlib import Path

import pytest
from command_line import Cli
from mlflow_server import MlflowServer

from clsbench.tracking.credentials import masked, reachable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("http://ann:secret@host:5000/x", "http://***@host:5000/x"),
        ("postgresql://ann:p@ss@host/db, then http://host", "postgresql://***@host/db, then http://host"),
        ("uri: 'https://token@host'", "uri: 'https://***@host'"),
        ("sqlite:////tmp/a@b/mlflow.db", "sqlite:////tmp/a@b/mlflow.db"),
        ("mail ann@host.org about http://host/a@b", "mail ann@host.org about http://host/a@b"),
    ],
)
def test_user_and_password_become_stars_and_all_else_stays(text: str, shown: str) -> None:
    assert masked(text) == shown


def test_a_password_reaches_no_file_and_no_message_of_a_run(clsbench: Cli, tmp_path: Path) -> None:
    ended = clsbench("limit=20", "tracking.uri=http://ann:hunter2@127.0.0.1:9/")
    assert ended.code != 0
    assert "hunter2" not in ended.said
    files = [path for path in ended.outputs.rglob("*") if path.is_file()]
    assert any(path.name == "config.yaml" for path in files)
    assert [path for path in files if b"hunter2" in path.read_bytes()] == []


@pytest.mark.parametrize("launcher", ["basic", "joblib", "submitit_local"])
def test_a_password_reaches_no_file_of_a_sweep_and_nothing_that_its_server_keeps(
    clsbench: Cli, tmp_path: Path, launcher: str
) -> None:
    server = MlflowServer(tmp_path)
    server.start()
    try:
        address = server.uri.replace("://", "://ann:hunter2@")
        ended = clsbench("-m", f"hydra/launcher={launcher}", "limit=20", "batch_size=1,2", f"tracking.uri={address}")
    finally:
        server.kill()
    assert ended.code == 0, ended.said
    assert "hunter2" not in ended.said
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {"multirun.yaml", "overrides.txt", "server.db"} <= {path.name for path in files}
    assert [path for path in files if b"hunter2" in path.read_bytes()] == []


@pytest.mark.parametrize(
    ("known", "address"),
    [
        ("http://ann:secret@host:5000", "http://ann:secret@host:5000"),
        ("sqlite:///outputs/mlflow.db", "http://host:5000"),
    ],
)
def test_an_address_that_was_kept_masked_is_reached_by_the_one_that_is_known_or_without_password(
    known: str, address: str
) -> None:
    assert reachable(masked("http://ann:secret@host:5000"), known) == address
    assert reachable("http://plain:5000", known) == "http://plain:5000"


def test_the_run_goes_where_the_variables_of_mlflow_say(
    clsbench: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mlflow import MlflowClient

    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path}/other.db")
    monkeypatch.setenv("MLFLOW_EXPERIMENT_NAME", "mine")
    ended = clsbench("limit=20")
    assert ended.code == 0, ended.said
    client = MlflowClient(tracking_uri=f"sqlite:///{tmp_path}/other.db")
    experiment = client.get_experiment_by_name("mine")
    assert experiment is not None
    (run,) = client.search_runs([experiment.experiment_id])
    assert run.data.tags["store_chosen_by"] == "MLFLOW_TRACKING_URI"
    assert not (ended.outputs / "mlflow.db").exists()


def test_the_command_line_wins_over_the_variables(
    clsbench: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:9/")
    ended = clsbench("limit=20", f"tracking.uri=sqlite:///{tmp_path}/outputs/mlflow.db")
    assert ended.code == 0, ended.said
    assert ended.run.data.metrics["images"] == 20
    assert ended.run.data.tags["store_chosen_by"] == "tracking.uri"
