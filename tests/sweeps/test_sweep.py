"""A sweep as a user starts it: one parent run, its cells, and what is left when something goes wrong."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from command_line import Cli, Ended
from mlflow.entities import Run
from sweeping import wait_for_jobs

from clsbench.timing.process_tree import descendants

TWO_CROPS = ("-m", "crop=single,multi12", "limit=60")


def parents_and_cells(ended: Ended) -> tuple[list[Run], list[Run]]:
    return ended.sweeps, ended.runs


def test_cells_are_children_of_one_parent_run_and_share_its_sweep_id(clsbench: Cli) -> None:
    ended = clsbench(*TWO_CROPS)
    assert ended.code == 0, ended.said
    (parent,), cells = parents_and_cells(ended)
    assert parent.info.status == "FINISHED"
    assert parent.data.metrics["cells"] == parent.data.metrics["cells_finished"] == len(cells) == 2
    assert {run.data.tags["mlflow.parentRunId"] for run in cells} == {parent.info.run_id}
    assert {run.data.tags["sweep_id"] for run in cells} == {parent.data.tags["sweep_id"]}
    assert "crop=single,multi12" in parent.data.tags["overrides"]


def test_the_same_command_again_skips_every_cell_and_keeps_its_parent(clsbench: Cli) -> None:
    clsbench(*TWO_CROPS)
    again = clsbench(*TWO_CROPS)
    assert again.code == 0, again.said
    (parent,), cells = parents_and_cells(again)
    assert len(cells) == 2
    assert parent.data.metrics["cells_skipped"] == 2
    assert again.said.count("skipped, run ") == 2
    for cell in cells:
        assert cell.info.run_id in again.said

    single = clsbench("crop=single", "limit=60")
    assert (
        f"skipped, run {next(run for run in cells if run.data.params['crop'] == 'single').info.run_id}" in single.said
    )

    anew = clsbench(*TWO_CROPS, "resume=false")
    assert anew.code == 0, anew.said
    parents, cells = parents_and_cells(anew)
    assert (len(parents), len(cells)) == (2, 4)


def test_a_failing_cell_does_not_stop_the_others_and_the_table_says_why(clsbench: Cli) -> None:
    ended = clsbench("-m", "crop_size=400,28,2", "base_size=32", "limit=60", "crop=single")
    assert ended.code == 1
    (parent,), cells = parents_and_cells(ended)
    assert parent.info.status == "FAILED"
    assert parent.data.metrics["cells_failed"] == 2
    assert [run.info.status for run in cells] == ["FINISHED"]
    table = ended.said[ended.said.index("\nsweep\n") :]
    assert "3 cells: 2 failed, 1 finished" in table
    assert "crop_size=400" in table
    assert "pool2" in table


def test_a_cell_that_fails_before_it_has_a_name_is_known_by_what_differs(clsbench: Cli) -> None:
    ended = clsbench("-m", "model=se-resnet50,dpn-92", "weights_from=nowhere", "tracking=none")
    assert ended.code == 1
    table = ended.said[ended.said.index("\nsweep\n") :]
    assert "model=se-resnet50" in table
    assert "model=dpn-92" in table
    assert "weights_from=nowhere" in table


def test_on_error_stop_leaves_the_cells_after_a_failed_one(clsbench: Cli) -> None:
    ended = clsbench("-m", "crop_size=400,28", "base_size=32", "limit=60", "on_error=stop", "tracking=none")
    assert ended.code == 1
    assert "2 cells: 1 failed, 1 not started" in ended.said


def test_a_tracker_that_cannot_be_opened_is_one_error_before_any_cell(clsbench: Cli) -> None:
    ended = clsbench(*TWO_CROPS, "tracking.uri=sqlite:////proc/none/x.db")
    assert ended.code == 1
    assert ended.said.count("error:") == 1
    assert "Traceback" not in ended.said
    assert not list(ended.outputs.glob("sweeps/*/*/clsbench.log"))


def test_every_job_has_its_own_full_log(clsbench: Cli) -> None:
    ended = clsbench(*TWO_CROPS)
    logs = sorted(ended.outputs.glob("sweeps/*/*/clsbench.log"))
    assert len(logs) == 2
    for log in logs:
        assert "engine=onnxruntime" in log.read_text()


@pytest.mark.parametrize("launcher", ["joblib", "submitit_local"])
def test_cells_that_start_at_once_in_processes_of_their_own_are_all_recorded(clsbench: Cli, launcher: str) -> None:
    cells_at_once = ("batch_size=1,2,4,8", "limit=40", "workers=1")
    jobs = "hydra.launcher.n_jobs=8" if launcher == "joblib" else "hydra.launcher.timeout_min=5"
    ended = clsbench("-m", f"hydra/launcher={launcher}", jobs, "crop=single,multi12", *cells_at_once)
    assert ended.code == 0, ended.said
    (parent,), cells = parents_and_cells(ended)
    assert Counter(run.info.status for run in cells) == {"FINISHED": 8}
    assert {run.data.tags["mlflow.parentRunId"] for run in cells} == {parent.info.run_id}
    assert parent.data.metrics["cells_finished"] == 8


@pytest.mark.shared
@pytest.mark.parametrize("launcher", ["basic", "joblib"])
def test_sigterm_closes_the_parent_and_the_cells_as_killed(
    squeezenet: list[str], tmp_path: Path, launcher: str
) -> None:
    outputs = tmp_path / "outputs"
    own = ["crop=multi144", "crop.sizes=[256,288,320,352]", "workers=1,2", f"paths.outputs={outputs}"]
    command = [sys.executable, "-m", "clsbench", "-m", f"hydra/launcher={launcher}", *squeezenet, *own]
    process = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait_for_jobs(outputs, 1, process)
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=120) == 128 + signal.SIGTERM  # a guard against a hang, not a measure
    (parent,), cells = parents_and_cells(Ended(0, "", outputs))
    assert parent.info.status == "KILLED"
    assert cells
    assert {run.info.status for run in cells} == {"KILLED"}
    assert not processes_of(outputs)


@pytest.mark.shared
def test_the_run_of_a_process_that_cannot_close_it_is_closed_at_the_sweeps_end(
    squeezenet: list[str], tmp_path: Path
) -> None:
    outputs = tmp_path / "outputs"
    own = ["hydra/launcher=joblib", "crop=multi144", "crop.sizes=[256,288,320,352]", "workers=1,2"]
    command = [sys.executable, "-m", "clsbench", "-m", *squeezenet, *own, f"paths.outputs={outputs}"]
    process = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait_for_jobs(outputs, 2, process)
    for pid in descendants(process.pid):
        if b"popen_loky" in Path(f"/proc/{pid}/cmdline").read_bytes():
            os.kill(pid, signal.SIGSTOP)
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=120) == 128 + signal.SIGTERM
    (parent,), cells = parents_and_cells(Ended(0, "", outputs))
    assert parent.info.status == "KILLED"
    assert cells
    assert {run.info.status for run in cells} == {"KILLED"}
    assert not processes_of(outputs)


@pytest.mark.shared
def test_with_sigkill_joblibs_processes_end_as_well_and_the_same_command_goes_on(
    squeezenet: list[str], tmp_path: Path, clsbench: Cli
) -> None:
    outputs = tmp_path / "outputs"
    own = ["-m", "hydra/launcher=joblib", "crop=multi12", "limit=80", "workers=1,2", *squeezenet]
    command = [sys.executable, "-m", "clsbench", *own, f"paths.outputs={outputs}"]
    marked = {**os.environ, "CLSBENCH_MARK": str(tmp_path)}
    process = subprocess.Popen(command, cwd=tmp_path, env=marked, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait_for_jobs(outputs, 1, process)
    process.kill()
    process.wait()
    deadline = time.monotonic() + 60
    while marked_processes(str(tmp_path)):
        assert time.monotonic() < deadline, marked_processes(str(tmp_path))
        time.sleep(0.1)
    ended = clsbench(*own)
    assert ended.code == 0, ended.said
    _, cells = parents_and_cells(ended)
    assert Counter(run.info.status for run in cells)["FINISHED"] == 2
    assert "RUNNING" not in {run.info.status for run in cells}


def marked_processes(mark: str) -> list[int]:
    """Those that were started with the mark in their environment, by whatever process."""
    living = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # it has ended, or is another user's
            if f"CLSBENCH_MARK={mark}".encode() in (process / "environ").read_bytes().split(b"\0"):
                living.append(int(process.name))
    return living


def processes_of(outputs: Path) -> list[str]:
    """Living processes that were started for a sweep into ``outputs``."""
    listed = subprocess.run(["ps", "-ww", "-eo", "pid,args"], capture_output=True, text=True, check=True).stdout
    own = str(os.getpid())
    return [line for line in listed.splitlines() if str(outputs) in line and line.split()[0] != own]
