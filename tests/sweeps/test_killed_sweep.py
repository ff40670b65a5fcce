"""A table whose process is killed and started again: three networks, two crops, two engines."""

import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from command_line import Ended
from mlflow.entities import Run
from sweeping import wait_for_jobs
from warm_start import run_module

Sweep = Callable[[str], list[str]]


@pytest.fixture
def three_networks(shared: Path, tmp_path: Path) -> Sweep:
    """The arguments for a sweep into a folder: a user's own experiment file, found by Hydra's --config-dir."""
    photographs = f"""dataset: list
        dataset.root: {shared}/imagenet_sample/images
        dataset.list: {shared}/imagenet_sample/val_ilsvrc2012_order.txt
        limit: 30"""
    (tmp_path / "experiment").mkdir()
    (tmp_path / "experiment" / "three.yaml").write_text(
        f"""# @package _global_
hydra:
  mode: MULTIRUN
  sweeper:
    grids:
      - model: custom
        model.prototxt: {shared}/squeezenet/deploy.prototxt
        model.weights: {shared}/squeezenet/squeezenet_v1.0.caffemodel
        {photographs}
      - model: resnet10-1x32d
        model.weights: random
        {photographs}
      - model: digits
    params:
      crop: single,multi12
      engine: onnxruntime,opencv
"""
    )
    return lambda folder: ["--config-dir", str(tmp_path), "experiment=three", f"paths.outputs={tmp_path / folder}"]


@pytest.mark.shared
def test_a_sweep_killed_twice_and_started_again_has_the_results_of_an_undisturbed_one(
    three_networks: Sweep, tmp_path: Path
) -> None:
    for jobs_begun in (3, 5):
        command = [sys.executable, "-m", "clsbench", *three_networks("killed")]
        with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            wait_for_jobs(tmp_path / "killed", jobs_begun, process)
            time.sleep(random.uniform(0, 0.5))
            process.send_signal(signal.SIGKILL)
    results = []
    for folder in ("killed", "whole"):
        code, said = run_module("clsbench", three_networks(folder), tmp_path)
        assert code == 0, said
        store = Ended(0, "", tmp_path / folder)
        (parent,) = store.sweeps
        assert parent.info.status == "FINISHED"
        assert {run.data.tags["sweep_id"] for run in store.runs} == {parent.data.tags["sweep_id"]}
        assert {run.info.status for run in store.runs} <= {"FINISHED", "KILLED"}
        done = [run for run in store.runs if run.info.status == "FINISHED"]
        assert len(done) == 12
        results.append(sorted(map(result_of, done)))
    assert results[0] == results[1]


def result_of(run: Run) -> tuple[str, str, str, tuple[float, ...]]:
    measured = ("top1_error", "top5_error", "images", "images_bad", "views", "forwards")
    params = run.data.params
    return params["model"], params["engine"], params["crop"], tuple(run.data.metrics[key] for key in measured)
