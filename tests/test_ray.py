"""One evaluation over the two nodes of a real Ray cluster, whose worker is killed; not in `.ci/run` (docs/adr/0016)."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from command_line import Cli, cli


@pytest.fixture
def ray_address(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Two nodes of one CPU each on this machine."""
    pytest.importorskip(
        "hydra_plugins.hydra_ray_launcher", reason="no hydra-ray-launcher in this environment (docs/adr/0016)"
    )
    monkeypatch.setenv("RAY_AUTH_MODE", "disabled")  # it would write a token into the home folder
    monkeypatch.setenv("RAY_raylet_start_wait_time_s", "120")
    cluster_utils = pytest.importorskip("ray.cluster_utils")
    node = {"num_cpus": 1, "include_dashboard": False}
    cluster = cluster_utils.Cluster(initialize_head=True, head_node_args=node)
    try:
        cluster.add_node(num_cpus=1)
        cluster.wait_for_nodes()
        yield cluster.address
    finally:
        cluster.shutdown()


def _kill_one(outputs: Path) -> bool:
    """Whether a worker that has scored an image was there to be killed."""
    for journal in outputs.glob("shards/*/of-2/*/*/predictions.journal"):
        if journal.read_bytes().count(b"\n") > 1:
            owner = int((journal.parent / "lock").read_text().split()[1])  # "process 7 on node"
            os.kill(owner, 9)
            return True
    return False


@pytest.mark.shared
def test_a_worker_of_ray_that_is_killed_goes_on_and_the_merged_run_is_the_unsplit_one(
    ray_address: str, clsbench: Cli, squeezenet: list[str], tmp_path: Path
) -> None:
    cell = [*squeezenet, "crop=multi12", "limit=40", "batch_size=4", "engine.threads=1", "workers=1"]
    on_ray = ["hydra/launcher=ray", f"hydra.launcher.ray.init.address={ray_address}"]
    on_ray += ["+hydra.launcher.ray.init.object_store_memory=null", "+hydra.launcher.ray.remote.num_cpus=1"]
    command = [sys.executable, "-m", "clsbench", "-m", "shards=2", *cell, *on_ray, f"paths.outputs={tmp_path}/outputs"]
    with (tmp_path / "said").open("wb") as said:
        process = subprocess.Popen(command, cwd=tmp_path, stdout=said, stderr=said)
        deadline = time.monotonic() + 180
        while not _kill_one(tmp_path / "outputs"):
            assert process.poll() is None, (tmp_path / "said").read_text()
            assert time.monotonic() < deadline
            time.sleep(0.05)
        assert process.wait(240) == 0, (tmp_path / "said").read_text()
    assert "resumes from image " in (tmp_path / "said").read_text()
    merged = clsbench(*cell)  # finds it
    (tmp_path / "whole").mkdir()
    unsplit = cli("clsbench", tmp_path / "whole")(*cell)
    assert unsplit.code == 0, unsplit.said
    assert merged.artifact("predictions.parquet").read_bytes() == unsplit.artifact("predictions.parquet").read_bytes()
