"""``python -m clsbench.sync`` in words and exit codes."""

from pathlib import Path

import pytest
from breaking_store import run_in, spools_in, tracker_in
from mlflow import MlflowClient
from mlflow_server import free_port

from clsbench.sync.command_line import main
from clsbench.tracking.spool import held


def test_each_run_is_named_with_how_it_ended_and_then_there_is_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = run_in(tmp_path, breaks=True)
    assert main([f"paths.outputs={tmp_path}"]) == 0
    said = capsys.readouterr().out
    assert said == f"run {run} (net single 28): sent to sqlite:///{tmp_path}/mlflow.db, FINISHED\n"
    assert MlflowClient(tracker_in(tmp_path).uri).get_run(run).info.status == "FINISHED"
    assert main([f"tracking.spool={tmp_path}/spool"]) == 0
    assert capsys.readouterr().out == f"nothing to send: {tmp_path}/spool is empty\n"


def test_a_store_that_is_still_away_is_one_error_for_all_its_runs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    runs = [run_in(tmp_path, breaks=True)]
    (tmp_path / "spool").rename(tmp_path / "kept")  # or the second run would bring it in
    runs.append(run_in(tmp_path, breaks=True))
    (tmp_path / "kept" / runs[0]).rename(tmp_path / "spool" / runs[0])
    (tmp_path / "mlflow.db").unlink()

    capsys.readouterr()  # MLflow tells of a store that it makes
    assert main([f"paths.outputs={tmp_path}"]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert f"there is no file {tmp_path}/mlflow.db" in line
    assert "2 runs stay" in line
    assert not (tmp_path / "mlflow.db").exists()
    assert set(spools_in(tmp_path)) == set(runs)


def test_a_server_that_is_still_away_is_an_error_with_the_way_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = run_in(tmp_path, breaks=True)
    capsys.readouterr()  # MLflow tells of a store that it makes
    assert main([f"paths.outputs={tmp_path}", f"tracking.uri=http://127.0.0.1:{free_port()}"]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert "Connection refused" in line
    assert "run clsbench sync again" in line
    assert spools_in(tmp_path) == [run]


def test_a_store_that_has_moved_gets_it_at_its_new_address(tmp_path: Path) -> None:
    run = run_in(tmp_path, breaks=True)
    (tmp_path / "mlflow.db").rename(tmp_path / "moved.db")
    assert main([f"paths.outputs={tmp_path}", f"tracking.uri=sqlite:///{tmp_path}/moved.db"]) == 0
    assert MlflowClient(f"sqlite:///{tmp_path}/moved.db").get_run(run).info.status == "FINISHED"


def test_a_store_that_does_not_know_the_run_gets_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = run_in(tmp_path, breaks=True)
    other = tmp_path / "other"
    other.mkdir()
    run_in(other, breaks=False)
    assert main([f"paths.outputs={tmp_path}", f"tracking.uri={tracker_in(other).uri}"]) == 1
    assert "unknown" in capsys.readouterr().err
    assert spools_in(tmp_path) == [run]


def test_a_spool_that_its_run_or_another_sync_holds_is_left_to_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = run_in(tmp_path, breaks=True)
    spool = held(tmp_path / "spool" / run)
    assert spool is not None
    assert main([f"paths.outputs={tmp_path}"]) == 0
    assert "left to the process that holds it" in capsys.readouterr().out
    spool.close()
    assert main([f"paths.outputs={tmp_path}"]) == 0
    assert spools_in(tmp_path) == []


def test_a_wrong_option_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["nonsense=1"]) == 2
    assert "nonsense" in capsys.readouterr().err
    assert main(["tracking=none"]) == 2
    assert "nothing is tracked" in capsys.readouterr().err
