"""Runs in a real PostgreSQL: behind an MLflow server whose files lie in a real object store, and without a server."""

import importlib.util
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from command_line import Cli
from mlflow import MlflowClient
from mlflow.entities import Run
from mlflow_server import MlflowServer
from private_postgresql import private_postgresql, programs
from private_swift import Bucket, missing, private_swift
from required import absent

pytestmark = pytest.mark.postgresql

_OWN = ["crop=multi12", "limit=60", "batch_size=7", "engine.threads=1", "workers=1"]


@pytest.fixture
def database() -> Iterator[str]:
    """The address of an empty one, with a password."""
    if importlib.util.find_spec("psycopg") is None:
        absent("no psycopg in this environment: pip install 'psycopg[binary]'")
    if programs() is None:
        absent("no PostgreSQL on this machine: tools/setup_servers.sh")
    with private_postgresql() as uri:
        yield uri


@pytest.fixture
def bucket() -> Iterator[Bucket]:
    """An empty one of an object store."""
    if importlib.util.find_spec("boto3") is None:
        absent("no boto3 in this environment: pip install boto3")
    if lacks := missing():
        absent(f"no {', '.join(lacks)} on this machine: tools/setup_servers.sh")
    with private_swift() as made:
        yield made


def _only_run(uri: str) -> Run:
    client = MlflowClient(tracking_uri=uri)
    experiment = client.get_experiment_by_name("clsbench")
    assert experiment is not None
    (run,) = client.search_runs([experiment.experiment_id], "tags.task = 'evaluate'")
    assert run.info.status == "FINISHED"
    return run


def _unsplit(clsbench: Cli) -> bytes:
    ended = clsbench(*_OWN, "tracking=none", "hydra.run.dir=unsplit")
    assert ended.code == 0, ended.said
    return (ended.outputs.parent / "unsplit" / "predictions.parquet").read_bytes()


def test_a_split_sweep_on_a_server_before_postgresql_and_an_object_store_has_the_unsplit_predictions(
    database: str, bucket: Bucket, clsbench: Cli, tmp_path: Path
) -> None:
    pytest.importorskip("hydra_plugins.hydra_joblib_launcher")
    server = MlflowServer(tmp_path, database, bucket.uri, bucket.environment)
    server.start()
    try:
        on_two = ["shards=2", "hydra/launcher=joblib", "hydra.launcher.n_jobs=2", f"tracking.uri={server.uri}"]
        ended = clsbench("-m", *on_two, *_OWN)
        assert ended.code == 0, ended.said
        client, run = MlflowClient(tracking_uri=server.uri), _only_run(server.uri)
        kept = client.download_artifacts(run.info.run_id, "predictions.parquet", str(tmp_path))
        assert Path(kept).read_bytes() == _unsplit(clsbench)
        assert any(name.endswith(f"{run.info.run_id}/artifacts/predictions.parquet") for name in bucket.names())
    finally:
        server.kill()


def test_workers_that_start_at_once_on_an_empty_postgresql_make_one_run_and_the_password_is_written_nowhere(
    database: str, clsbench: Cli, tmp_path: Path
) -> None:
    outputs, said = tmp_path / "outputs", []
    command = [sys.executable, "-m", "clsbench", *_OWN, f"tracking.uri={database}", f"paths.outputs={outputs}"]
    workers = [
        subprocess.Popen(
            [*command, f"shard={number}/3"], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        for number in (1, 2, 3)
    ]
    for worker in workers:
        said.append(worker.communicate(timeout=180)[0])
        assert worker.returncode == 0, said
    folder = Path(str(_only_run(database).info.artifact_uri).removeprefix("file://"))
    assert folder.is_relative_to(outputs / "artifacts")
    assert (folder / "predictions.parquet").read_bytes() == _unsplit(clsbench)

    password = database.partition("@")[0].rpartition(":")[2]
    written = [path for path in tmp_path.rglob("*") if path.is_file() and password.encode() in path.read_bytes()]
    assert written == []
    wrong = clsbench(*_OWN, f"tracking.uri={database.replace(password, 'of-no-one')}")
    assert wrong.code == 1
    assert "tracking.uri=postgresql+psycopg://***@127.0.0.1:" in wrong.said
    assert 'password authentication failed for user "clsbench"' in wrong.said.replace("\n", " ")
    assert not any(secret in "".join([*said, wrong.said]) for secret in (password, "of-no-one", "Traceback"))
