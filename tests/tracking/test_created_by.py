"""Who made a run, as MLflow's UI shows it."""

import getpass
from pathlib import Path

from command_line import Cli

from clsbench.tracking.created_by import with_creator


def test_a_run_and_a_sweep_name_their_user_and_source(clsbench: Cli) -> None:
    ended = clsbench("-m", "limit=3", "crop=single,multi12")
    assert ended.code == 0, ended.said
    for run in (*ended.runs, *ended.sweeps):
        assert run.data.tags["mlflow.user"] == getpass.getuser()
        assert (run.data.tags["mlflow.source.name"], run.data.tags["mlflow.source.type"]) == ("clsbench", "LOCAL")


def test_the_commit_is_that_of_clsbench_and_not_of_the_folder_it_runs_in(tmp_path: Path) -> None:
    assert with_creator({"git_commit": "abc"})["mlflow.source.git.commit"] == "abc"
    assert "mlflow.source.git.commit" not in with_creator({})
