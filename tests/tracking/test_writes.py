"""Writes that several runs make at once."""

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from mlflow import MlflowClient

from clsbench.tracking.writes import Input

RUNS = 24


def test_a_dataset_that_many_runs_name_at_once_is_kept_by_each_of_them(tmp_path: Path) -> None:
    client = MlflowClient(f"sqlite:///{tmp_path}/mlflow.db")
    experiment = client.create_experiment("e", artifact_location=tmp_path.as_uri())
    runs = [client.create_run(experiment).info.run_id for _ in range(RUNS)]
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)  # so that the threads meet between MLflow's look and its insertion
    try:
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda run: Input("imagenet", "0123", "/images").send(client, run), runs))
    finally:
        sys.setswitchinterval(before)
    inputs = [client.get_run(run).inputs for run in runs]
    assert [len(each.dataset_inputs) for each in inputs if each] == [1] * RUNS
