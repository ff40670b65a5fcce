"""A whole evaluation, started as a user does, whose MLflow server is killed under it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from kept_run import kept
from mlflow import MlflowClient
from mlflow.entities import Run
from mlflow_server import MlflowServer

import clsbench

_DEMO = Path(clsbench.__file__).parent / "demo" / "images"
# What two equal evaluations differ in: measured times, and what depends on them.
# "system/": of a run that takes longer than 10 s, as on a busy machine, MLflow measures the machine.
_TIMED = ("images_per_second", "load_seconds", "first_batch_ms", "batch_ms", "peak_rss_mib", "system/")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[MlflowServer]:
    server = MlflowServer(tmp_path)
    server.start()
    yield server
    server.kill()


def _evaluation(folder: Path, uri: str) -> "subprocess.Popen[str]":
    """Of the demo's images, twenty times over, so that it lasts for some seconds."""
    root, listed = folder / "images", folder / "list.txt"
    if not root.is_dir():
        root.mkdir()
        for copy in range(20):
            (root / str(copy)).symlink_to(_DEMO)
        images = [f"{path.relative_to(_DEMO)} {path.parent.name}\n" for path in sorted(_DEMO.rglob("*.png"))]
        listed.write_text("".join(f"{copy}/{line}" for copy in range(20) for line in images))
    command = [
        sys.executable,
        "-m",
        "clsbench",
        "crop=multi10",
        f"tracking.uri={uri}",
        f"paths.outputs={folder}/outputs",
    ]
    command += ["dataset=list", f"dataset.root={root}", f"dataset.list={listed}", "dataset.label_order=null"]
    command += ["resume=false", "batch_size=8"]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, cwd=folder)


def _engine_open(client: MlflowClient, evaluation: "subprocess.Popen[str]") -> Run:
    """The running run, as soon as the evaluation is in its midst."""
    deadline = time.monotonic() + 180
    while time.monotonic() < deadline:
        experiment = client.get_experiment_by_name("clsbench")
        running = client.search_runs([experiment.experiment_id], "attributes.status = 'RUNNING'") if experiment else []
        if running and "batch_size" in running[0].data.params:
            return running[0]
        assert evaluation.poll() is None, evaluation.communicate()
        time.sleep(0.05)
    pytest.fail("the evaluation did not start within 180 seconds")


def _comparable(client: MlflowClient, run_id: str, folder: Path) -> dict[str, Any]:
    folder.mkdir()
    values = kept(client, run_id, folder)
    values["metrics"] = {key: each[-1] for key, each in values["metrics"].items() if not key.startswith(_TIMED)}
    values["tags"]["mlflow.note.content"] = values["tags"]["mlflow.note.content"].rpartition(", ")[0]  # its speed
    values |= {f"tag {key}": value for key, value in values.pop("tags").items()}
    values["files"] = {name: values["files"][name] for name in ("predictions.parquet", "network.prototxt")} | {
        "names": sorted(values["files"])
    }
    return values


def test_it_goes_on_and_a_sync_brings_in_what_an_undisturbed_one_has(server: MlflowServer, tmp_path: Path) -> None:
    client = MlflowClient(server.uri)
    evaluation = _evaluation(tmp_path, server.uri)
    disturbed = _engine_open(client, evaluation).info.run_id
    evaluation.send_signal(signal.SIGSTOP)
    server.kill()
    evaluation.send_signal(signal.SIGCONT)
    out, err = evaluation.communicate(timeout=300)
    assert evaluation.returncode == 0, err
    assert "top-1 error" in out
    warnings = [line for line in err.splitlines() if line.startswith("warning")]
    assert len(warnings) == 2, err
    assert str(tmp_path / "outputs" / "spool" / disturbed) in warnings[0]
    assert "clsbench sync" in warnings[1]

    server.start()
    assert client.get_run(disturbed).info.status == "RUNNING"
    sync = [sys.executable, "-m", "clsbench.sync", f"paths.outputs={tmp_path}/outputs"]
    synced = subprocess.run(sync, capture_output=True, text=True, check=False, cwd=tmp_path, env=os.environ)
    assert synced.returncode == 0, synced.stderr
    assert disturbed in synced.stdout

    undisturbed = _evaluation(tmp_path, server.uri)
    _, err = undisturbed.communicate(timeout=300)
    assert undisturbed.returncode == 0, err
    (latest,) = client.search_runs([client.get_run(disturbed).info.experiment_id], max_results=1)
    assert latest.info.run_id != disturbed
    one, other = (_comparable(client, run_id, tmp_path / run_id) for run_id in (disturbed, latest.info.run_id))
    assert [(key, one[key], other[key]) for key in one if one[key] != other[key]] == []
