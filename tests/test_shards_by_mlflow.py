"""One evaluation by workers without a common disk, as a user runs it: they meet on an MLflow server."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from command_line import Ended, cli
from mlflow import MlflowClient
from mlflow.entities import Run
from mlflow_server import MlflowServer

from clsbench.tracking.mlflow_store import MlflowTracker
from clsbench.tracking.model_claims import ModelClaims
from clsbench.tracking.shelf import Shelf, depot_of

_SMALL = ["batch_size=7", "engine.threads=1", "workers=1", "limit=30", "merge.via=mlflow"]
_SLOW = ["batch_size=1", "engine.threads=1", "workers=1", "crop=multi12", "limit=200", "merge.via=mlflow"]
_TIMES = {"images_per_second", "load_seconds", "first_batch_ms", "peak_rss_mib", "work_seconds", "wall_seconds"}

Worker = Callable[..., Ended]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MlflowServer]:
    started = MlflowServer(tmp_path_factory.mktemp("server"))
    started.start()
    yield started
    started.kill()


@pytest.fixture
def own(server: MlflowServer, tmp_path: Path) -> list[str]:
    return _experiment(server, tmp_path)


@pytest.fixture
def worker(tmp_path: Path) -> Callable[[str], Worker]:
    """By the machine's name: ``clsbench`` there, with a disk that no other one sees."""

    def on(machine: str) -> Worker:
        (tmp_path / machine).mkdir(exist_ok=True)
        return cli("clsbench", tmp_path / machine)

    return on


def _experiment(server: MlflowServer, tmp_path: Path) -> list[str]:
    """One of each test's."""
    return [f"tracking.uri={server.uri}", f"tracking.experiment={tmp_path.name}"]


def _begun(tmp_path: Path, machine: str, *overrides: str) -> "subprocess.Popen[str]":
    folder = tmp_path / machine
    folder.mkdir(exist_ok=True)
    command = [sys.executable, "-m", "clsbench", *overrides, f"paths.outputs={folder}/outputs"]
    return subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def _runs(server: MlflowServer, own: list[str], suffix: str = "") -> list[Run]:
    client = MlflowClient(server.uri, server.uri)
    experiment = client.get_experiment_by_name(own[1].partition("=")[2] + suffix)
    return list(client.search_runs([experiment.experiment_id])) if experiment else []


def _left_behind(server: MlflowServer, own: list[str]) -> list[str]:
    """What the server still has of a cell that is merged: runs that are no results, and claims."""
    models = MlflowClient(server.uri, server.uri).search_registered_models("name LIKE 'clsbench-merge-%'")
    return [*(run.info.run_name for run in _runs(server, own, "-shards")), *(model.name for model in models)]


def _predictions(server: MlflowServer, run: Run, folder: Path) -> bytes:
    folder.mkdir()
    client = MlflowClient(server.uri, server.uri)
    return Path(client.download_artifacts(run.info.run_id, "predictions.parquet", str(folder))).read_bytes()


@pytest.mark.parametrize(("crop", "count"), [("single", 2), ("multi10", 3)])
def test_the_run_of_workers_without_a_common_disk_is_the_unsplit_one(
    crop: str, count: int, worker: Callable[[str], Worker], server: MlflowServer, tmp_path: Path
) -> None:
    own = _experiment(server, tmp_path)
    whole = worker("alone")(*_SMALL[:-1], f"crop={crop}", own[0], f"{own[1]} whole")
    assert whole.code == 0, whole.said
    for number in range(1, count + 1):
        ended = worker(f"machine {number}")(*_SMALL, f"crop={crop}", *own, f"shard={number}/{count}")
        assert ended.code == 0, ended.said
    (unsplit,), (merged,) = _runs(server, own, " whole"), _runs(server, own)
    assert merged.info.status == "FINISHED"
    assert merged.data.tags["fingerprint"] == unsplit.data.tags["fingerprint"]
    assert merged.data.params == unsplit.data.params
    assert _predictions(server, merged, tmp_path / "a") == _predictions(server, unsplit, tmp_path / "b")
    counted = {key: value for key, value in unsplit.data.metrics.items() if key not in _TIMES and "batch_ms" not in key}
    assert {key: merged.data.metrics[key] for key in counted} == counted
    assert _left_behind(server, own) == []
    assert not any(tmp_path.glob("machine*/outputs/shards/*/*/*.records"))


def test_a_killed_worker_goes_on_and_two_that_end_last_at_once_make_one_run(
    worker: Callable[[str], Worker], server: MlflowServer, own: list[str], tmp_path: Path
) -> None:
    with _begun(tmp_path, "a", *_SLOW, *own, "shard=1/2") as killed:
        while killed.poll() is None:
            found = list(tmp_path.glob("a/outputs/shards/*/of-2/1-of-2/*/predictions.journal"))
            if found and found[0].stat().st_size > 2000:
                killed.kill()
            time.sleep(0.001)
    assert killed.returncode == -signal.SIGKILL
    again = worker("a")(*_SLOW, *own, "shard=1/2")
    assert again.code == 0, again.said
    assert "resumes from image " in again.said
    assert [run.data.tags["task"] for run in _runs(server, own, "-shards")] == ["shard"]
    assert _runs(server, own) == []
    last = [_begun(tmp_path, machine, *_SLOW, *own, "shard=2/2") for machine in ("b", "c")]
    said = [process.communicate(timeout=120)[0] for process in last]
    assert [process.returncode for process in last] == [0, 0], said
    (run,) = _runs(server, own)
    assert run.info.status == "FINISHED"
    assert run.data.metrics["images"] == 200
    assert _left_behind(server, own) == []
    late = worker("a")(*_SLOW, *own, "shard=1/2")
    assert f"skipped, run {run.info.run_id} has finished it" in late.said
    assert not any(tmp_path.glob("a/outputs/shards/*"))


def test_a_torn_upload_is_named_and_made_good_and_a_report_has_one_run(
    worker: Callable[[str], Worker], server: MlflowServer, own: list[str], tmp_path: Path
) -> None:
    assert worker("a")(*_SMALL, *own, "shard=1/2").code == 0
    records = max((server.folder / "files").rglob("1-of-2.records"), key=lambda file: file.stat().st_mtime)
    records.write_bytes(records.read_bytes()[:-100])
    other = worker("b")(*_SMALL, *own, "shard=2/2")
    assert other.code == 1
    assert "shard 1/2 is damaged" in other.said.replace("\n", " ")
    assert "Traceback" not in other.said
    shown = cli("clsbench.report", tmp_path)("table", f"--tracking-uri={server.uri}", f"--experiment={tmp_path.name}")
    assert "shard" not in shown.said
    again = worker("c")(*_SMALL, *own, "shard=1/2")
    assert again.code == 0, again.said
    assert "top-1 error" in again.said
    (run,) = _runs(server, own)
    assert run.data.metrics["images"] == 30
    assert _left_behind(server, own) == []


def test_where_the_server_is_away_at_the_hand_over_the_same_command_goes_on(
    worker: Callable[[str], Worker], server: MlflowServer, own: list[str], tmp_path: Path
) -> None:
    assert worker("a")(*_SLOW, *own, "shard=1/2").code == 0
    with _begun(tmp_path, "b", *_SLOW, *own, "shard=2/2") as process:
        while not any(tmp_path.glob("b/outputs/shards/*/of-2/2-of-2/*/predictions.journal")):
            assert process.poll() is None
            time.sleep(0.01)
        server.kill()
        try:
            said = process.communicate(timeout=120)[0].replace("\n", " ")
        finally:
            server.start()
    assert process.returncode == 1
    assert "run the same command again" in said
    assert "Traceback" not in said
    differs = worker("c")("merge", *_SLOW, *own)
    assert differs.code == 1
    assert "missing: shard 2/2" in differs.said
    assert _runs(server, own) == []
    again = worker("b")(*_SLOW, *own, "shard=2/2")
    assert again.code == 0, again.said
    assert "shard 2/2: is done" in again.said
    (run,) = _runs(server, own)
    assert run.data.metrics["images"] == 200


def test_of_six_that_claim_at_the_same_moment_one_has_it(server: MlflowServer) -> None:
    tracker = MlflowTracker(server.uri, "", "six", "", "", system_metrics=False)
    shelf, together = Shelf(depot_of(tracker), "f/of-6"), Barrier(6)

    def claim(number: int) -> bool:
        together.wait()
        return ModelClaims(shelf).make(0, {"number": number})

    with ThreadPoolExecutor(6) as workers:
        made = list(workers.map(claim, range(6)))
    assert sorted(made) == [False] * 5 + [True]
    assert ModelClaims(shelf).content(0) == {"number": made.index(True)}
    ModelClaims(shelf).remove()


@pytest.mark.parametrize(
    ("override", "words"),
    [
        ("tracking=none", "there is none (tracking=none)"),
        (
            "tracking.uri=sqlite:///own.db",
            "tracking.uri=sqlite:///own.db is not one; give tracking.uri=http://HOST:PORT",
        ),
        ("merge.via=mail", "merge.via=mail: choose folder or mlflow"),
    ],
)
def test_where_nobody_can_meet_it_is_said_before_any_work(
    override: str, words: str, worker: Callable[[str], Worker], tmp_path: Path
) -> None:
    ended = worker("a")(*_SMALL, "shard=1/2", override)
    assert ended.code == 1
    assert words in " ".join(ended.said.split())
    assert "Traceback" not in ended.said
    assert not any(tmp_path.glob("a/outputs/shards/*"))
