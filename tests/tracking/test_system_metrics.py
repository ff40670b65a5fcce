"""A run is told how busy the machine is: at MLflow's interval, never while timing, and not where it is switched off."""

import time
from pathlib import Path

import pytest
from breaking_store import CELL, broken, spools_in, tracker_in
from mlflow import MlflowClient

import clsbench
from clsbench.tracking.system_metrics import SystemMetrics, system_metrics

CPU = "system/cpu_utilization_percentage"
MEMORY = "system/system_memory_usage_megabytes"


def test_nothing_is_due_before_the_interval_is_over() -> None:
    assert SystemMetrics(3600).due() == ({}, 0)


def test_each_interval_gives_cpu_memory_disk_and_network_and_the_next_step() -> None:
    sampled = SystemMetrics(0.05)
    steps = []
    for _ in range(2):
        time.sleep(0.06)
        values, step = sampled.due()
        steps.append(step)
        assert 0 <= values[CPU] <= 100
        assert values[MEMORY] > 1
        assert {"system/disk_usage_percentage", "system/network_receive_megabytes"} <= set(values)
    assert steps == [0, 1]


@pytest.mark.parametrize(("variable", "seconds"), [(None, 10.0), ("2.5", 2.5)])
def test_the_interval_is_mlflows(monkeypatch: pytest.MonkeyPatch, variable: str | None, seconds: float) -> None:
    monkeypatch.delenv("MLFLOW_SYSTEM_METRICS_SAMPLING_INTERVAL", raising=False)
    if variable:
        monkeypatch.setenv("MLFLOW_SYSTEM_METRICS_SAMPLING_INTERVAL", variable)
    assert system_metrics().seconds == seconds


def test_what_was_sampled_while_the_store_was_away_is_there_at_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_SYSTEM_METRICS_SAMPLING_INTERVAL", "1e-9")
    with tracker_in(tmp_path, system_metrics=True).run(CELL, tmp_path / "none.log") as log:
        log.sample_system()
        with broken(tmp_path):
            log.sample_system()
            log.sample_system()
    assert spools_in(tmp_path) == []
    history = MlflowClient(tracker_in(tmp_path).uri).get_metric_history(log.run_id, CPU)
    assert sorted(metric.step for metric in history) == [0, 1, 2]


@pytest.mark.parametrize(
    ("overrides", "sampled"),
    [((), True), (("tracking.system_metrics=false",), False), (("task=time", "timing.iterations=5"), False)],
    ids=["an evaluation", "switched off", "a timing"],
)
def test_an_evaluation_has_them_and_its_model_does_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, overrides: tuple[str, ...], *, sampled: bool
) -> None:
    monkeypatch.setenv("MLFLOW_SYSTEM_METRICS_SAMPLING_INTERVAL", "0.01")
    result = clsbench.run(*overrides, f"paths.outputs={tmp_path}")
    client = MlflowClient(f"sqlite:///{tmp_path}/mlflow.db")
    run = client.get_run(result.run_id)
    assert (CPU in run.data.metrics) == sampled
    models = client.search_logged_models(experiment_ids=[run.info.experiment_id])
    assert not any(metric.key.startswith("system/") for model in models for metric in model.metrics or [])
