"""A run whose output nobody reads any more comes to its result."""

import subprocess
import sys
from pathlib import Path

import pytest
from command_line import Ended

_SMALL = ["limit=30", "artifacts=small", "batch_size=1"]


def _unread(folder: Path, *overrides: str) -> Ended:
    """A command whose stdout and stderr are closed after the first line."""
    outputs = folder / "outputs"
    command = [sys.executable, "-m", "clsbench", *overrides, f"paths.outputs={outputs}"]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        process.stdout.close()
        process.wait(300)
    return Ended(process.returncode, first, outputs)


def test_an_evaluation_is_finished(tmp_path: Path) -> None:
    ended = _unread(tmp_path, *_SMALL)
    assert "all of one class" in ended.said
    assert ended.code == 0
    assert ended.run.info.status == "FINISHED"
    assert ended.run.data.metrics["images"] == 30


@pytest.mark.parametrize("launcher", ["basic", "joblib"])
def test_all_cells_of_a_sweep_are_finished(tmp_path: Path, launcher: str) -> None:
    ended = _unread(tmp_path, "-m", f"hydra/launcher={launcher}", *_SMALL, "crop=single,multi12")
    assert ended.code == 0
    assert [run.info.status for run in (*ended.runs, *ended.sweeps)] == ["FINISHED"] * 3


def test_the_configuration_can_be_looked_at_with_head(tmp_path: Path) -> None:
    ended = subprocess.run(
        f"{sys.executable} -m clsbench --cfg job | head -1",
        shell=True,
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=False,
    )
    assert ended.stdout.strip() == "task:"
    assert ended.stderr == ""
