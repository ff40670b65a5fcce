"""One evaluation over the nodes of a real SLURM, whose jobs are requeued, cancelled and killed."""

import os
import re
import shlex
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from command_line import Cli, Ended, cli
from private_slurm import missing, private_slurm, processes_of
from required import absent

from clsbench.config import CONF

pytestmark = [pytest.mark.slurm, pytest.mark.shared, pytest.mark.xdist_group("slurm")]

_OWN = ["crop=multi12", "limit=40", "batch_size=4", "engine.threads=1", "workers=1"]
_GUIDE = CONF.parent / "docs" / "scale.md"


# Of commands alone and not of this process: what else it starts, and keeps, is not SLURM's to end.
Environment = dict[str, str]


@pytest.fixture(scope="module")
def slurm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Environment]:
    """Two nodes: the environment in which sbatch and the others reach them."""
    if lacks := missing():
        absent(f"no {', '.join(lacks)} on this machine: tools/setup_servers.sh")
    with private_slurm(tmp_path_factory.mktemp("slurm")) as conf:
        yield {**os.environ, "SLURM_CONF": str(conf)}


@pytest.fixture
def cell(squeezenet: list[str]) -> list[str]:
    """Overrides of one cell, some seconds long."""
    return [*squeezenet, *_OWN]


@pytest.fixture(scope="module")
def unsplit(tmp_path_factory: pytest.TempPathFactory) -> Callable[[list[str]], bytes]:
    """The predictions of the same evaluation in one job."""
    kept: list[bytes] = []

    def predictions(cell: list[str]) -> bytes:
        if not kept:
            kept.append(_predictions(cli("clsbench", tmp_path_factory.mktemp("unsplit"))(*cell)))
        return kept[0]

    return predictions


def _predictions(ended: Ended) -> bytes:
    assert ended.code == 0, ended.said
    assert ended.run.info.status == "FINISHED"
    return ended.artifact("predictions.parquet").read_bytes()


def _output_of(slurm: Environment, *command: str) -> str:
    return subprocess.run(command, env=slurm, capture_output=True, text=True, check=True, timeout=60).stdout


def _wait_for(what: Callable[[], object], process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 120
    while not what():
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.02)


def _has_begun(outputs: Path, shard: str) -> bool:
    """Whether it has scored an image."""
    journals = outputs.glob(f"shards/*/of-2/{shard}-of-2/*/predictions.journal")
    return any(journal.read_bytes().count(b"\n") > 1 for journal in journals)


def _running(slurm: Environment, shard: int) -> str:
    """The id of the array's task that has begun with it, by its place; empty where none runs."""
    tasks = _output_of(slurm, "squeue", "--noheader", "--array", "--states=R", "--format=%i").split()
    return next((task for task in tasks if task.endswith(f"_{shard}")), "")


def test_a_worker_that_slurm_requeues_goes_on_and_the_merged_run_is_the_unsplit_one(
    slurm: Environment, clsbench: Cli, cell: list[str], unsplit: Callable[[list[str]], bytes], tmp_path: Path
) -> None:
    outputs = tmp_path / "outputs"
    on_slurm = ["hydra/launcher=submitit_slurm", "hydra.launcher.partition=gpu", "hydra.launcher.gpus_per_node=1"]
    command = [sys.executable, "-m", "clsbench", "-m", "shards=2", *cell, *on_slurm, f"paths.outputs={outputs}"]
    with (tmp_path / "said").open("wb") as said:
        process = subprocess.Popen(command, env=slurm, cwd=tmp_path, stdout=said, stderr=said)
        _wait_for(lambda: _has_begun(outputs, "1"), process)
        task = _running(slurm, 0)
        _output_of(slurm, "scontrol", "requeue", task)
        state = ["squeue", "--noheader", "--array", f"--jobs={task}", "--format=%T"]
        _wait_for(lambda: "PENDING" in _output_of(slurm, *state), process)
        _output_of(
            slurm, "scontrol", "update", f"jobid={task}", "StartTime=now"
        )  # SLURM lets a requeued job wait two minutes
        assert process.wait(180) == 0, (tmp_path / "said").read_text()
    jobs = "".join(log.read_text() for log in outputs.glob("sweeps/*/.submitit/*/*.out"))
    assert jobs.count("resumes from image ") == 1
    assert _predictions(clsbench(*cell)) == unsplit(cell)  # finds the merged run


def _script(cell: list[str], outputs: Path) -> str:
    """The guide's job array, for this cell: its options and its ``shard=`` are the guide's."""
    found = re.search(r"^#!/bin/bash\n(?:#SBATCH.*\n)+srun (?:.*\\\n)*.*\n", _GUIDE.read_text(), re.MULTILINE)
    assert found
    head, _, command = found[0].partition("srun ")
    (shard,) = (word for word in command.split() if word.startswith("shard="))
    own = shlex.join([sys.executable, "-m", "clsbench", *cell, f"paths.outputs={outputs}"])
    return f"{head}srun {own} {shard.replace('/8', '/2')}\n"


def test_a_job_array_of_which_one_job_is_cancelled_and_one_killed_is_started_again_and_makes_one_run(
    slurm: Environment, clsbench: Cli, cell: list[str], unsplit: Callable[[list[str]], bytes], tmp_path: Path
) -> None:
    outputs, script = tmp_path / "outputs", tmp_path / "array.sh"
    script.write_text(_script(cell, outputs))
    command = ["sbatch", "--wait", "--array=1-2", "--output=%a.log", "--open-mode=append", str(script)]
    ends = {1: ["scancel"], 2: ["scancel", "--signal=KILL"]}
    with subprocess.Popen(command, env=slurm, cwd=tmp_path) as first:

        def all_ended() -> bool:
            for shard in [each for each in ends if _has_begun(outputs, str(each))]:
                _output_of(slurm, *ends.pop(shard), _running(slurm, shard))
            return not ends

        _wait_for(all_ended, first)
        assert first.wait(120) != 0
    assert not any(outputs.glob("shards/*/of-2/*.records"))
    assert subprocess.run(command, env=slurm, cwd=tmp_path, check=False, timeout=180).returncode == 0
    said = "".join(log.read_text() for log in tmp_path.glob("*.log"))
    assert said.count("resumes from image ") == 2
    assert _predictions(clsbench(*cell)) == unsplit(cell)


def test_the_slurm_of_a_killed_test_is_gone_with_its_daemons(slurm: Environment, tmp_path: Path) -> None:
    started = (
        f"import sys; from private_slurm import *; kept = private_slurm(Path({str(tmp_path)!r})); kept.__enter__(); "
    )
    held = [sys.executable, "-c", f"{started} sys.stdout.write('up'); sys.stdout.flush(); sys.stdin.read()"]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent / "support")}
    with subprocess.Popen(held, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment) as test:
        assert test.stdout
        assert test.stdout.read(2) == b"up"
        assert len(processes_of(tmp_path / "slurm.conf")) >= 4
        test.kill()
    deadline = time.monotonic() + 60
    while processes_of(tmp_path / "slurm.conf"):
        assert time.monotonic() < deadline
        time.sleep(0.05)
