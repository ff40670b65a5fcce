"""One evaluation on several devices. On the CPU each worker has a part of the cores instead of a GPU of its own."""

import csv
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from command_line import Cli, Ended

from clsbench.timing.process_tree import descendants

_SUPPORT = Path(__file__).resolve().parents[1] / "support"
_SLOW = f"engine.run='{sys.executable} {_SUPPORT}/slow_runner.py {{inputs}} {{outputs}} 10'"
_UNTRACKED = ["device=cpu", "tracking=none", "batch_size=7", "limit=60"]


def _command(overrides: Sequence[str], outputs: Path) -> list[str]:
    return [sys.executable, str(_SUPPORT / "on_two_cpus.py"), *overrides, f"paths.outputs={outputs}"]


def _ended(*overrides: str, outputs: Path) -> Ended:
    done = subprocess.run(
        _command(overrides, outputs), capture_output=True, text=True, check=False, cwd=outputs.parent, timeout=300
    )
    return Ended(done.returncode, done.stdout + done.stderr, outputs)


def _predictions(outputs: Path) -> bytes:
    return (max(outputs.glob("runs/*")) / "predictions.parquet").read_bytes()


def _whole(clsbench: Cli, *overrides: str) -> bytes:
    ended = clsbench(*overrides, "tracking=none")
    assert ended.code == 0, ended.said
    return _predictions(ended.outputs)


def _journal_bytes(outputs: Path, shard: int) -> int:
    found = list(outputs.glob(f"shards/*/of-2/{shard}-of-2/*/predictions.journal"))
    return sum(path.stat().st_size for path in found)


def _workers(pid: int) -> dict[str, int]:
    """The process of each worker, by the number of its job."""
    found = {}
    for each in descendants(pid):
        words = Path(f"/proc/{each}/cmdline").read_bytes().decode().split("\0")
        if "clsbench.tasks.device_worker" in words:
            found[Path(words[-2]).stem] = each
    return found


@contextmanager
def _disturbed(overrides: Sequence[str], outputs: Path) -> Iterator["subprocess.Popen[str]"]:
    """The command, from the moment when both workers have evaluated some more images; a batch takes a second."""
    before = [_journal_bytes(outputs, shard) for shard in (1, 2)]
    with subprocess.Popen(
        _command(overrides, outputs),
        env={**os.environ, "SLOW_RUNNER_SECONDS": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=outputs.parent,
    ) as process:
        while any(_journal_bytes(outputs, shard) < before[shard - 1] + 300 for shard in (1, 2)):
            assert process.poll() is None, process.communicate()
            time.sleep(0.01)
        yield process


def test_each_cell_of_a_sweep_runs_on_both_devices_and_is_the_unsplit_one_in_all_but_times(
    clsbench: Cli, tmp_path: Path
) -> None:
    own = ["device=cpu", "batch_size=7", "limit=60"]
    ended = _ended("-m", "crop=single,multi12", *own, outputs=tmp_path / "two")
    assert ended.code == 0, ended.said
    assert "2 cells: 2 finished" in ended.said
    (multi12,) = tmp_path.glob("two/sweeps/*/1/predictions.parquet")
    assert _whole(clsbench, *own, "crop=multi12") == multi12.read_bytes()
    merged = ended.runs[0]
    assert (merged.data.tags["devices"], merged.data.tags["device"]) == ("cpu-0,cpu-1", "cpu")
    assert merged.data.tags["mlflow.parentRunId"] == ended.sweeps[0].info.run_id
    assert merged.data.metrics["work_seconds"] >= merged.data.metrics["wall_seconds"]
    with (multi12.parent / "shards.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [(row["device"], row["images"]) for row in rows] == [("cpu-0", "28"), ("cpu-1", "32")]
    assert not list((tmp_path / "two" / "shards").glob("*"))

    again = _ended("crop=multi12", *own, outputs=tmp_path / "two")
    assert "skipped" in again.said
    assert len(again.runs) == 2


def test_a_worker_that_is_killed_is_one_error_and_nothing_computed_is_lost(clsbench: Cli, tmp_path: Path) -> None:
    own = ["engine=command", _SLOW, "device=cpu", "tracking=none", "limit=60", "batch_size=3"]
    outputs = tmp_path / "outputs"
    with _disturbed(own, outputs) as process:
        os.kill(_workers(process.pid)["1"], signal.SIGKILL)
        said, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert said.count("error:") == 1
    assert "cpu-1: its process died (SIGKILL" in said
    assert "Traceback" not in said
    kept = [_journal_bytes(outputs, shard) for shard in (1, 2)]
    assert min(kept) >= 300

    with _disturbed(own, outputs) as process:
        workers = _workers(process.pid)
        process.send_signal(signal.SIGTERM)
        said, _ = process.communicate(timeout=60)
    assert process.returncode == 128 + signal.SIGTERM, said
    assert not any(Path(f"/proc/{pid}").exists() for pid in workers.values())
    assert [_journal_bytes(outputs, shard) >= before for shard, before in zip((1, 2), kept, strict=True)] == [True] * 2

    ended = _ended(*own, outputs=outputs)
    assert ended.code == 0, ended.said
    assert _predictions(outputs) == _whole(clsbench, *own)


def test_what_a_worker_runs_into_is_one_error_with_its_device(tmp_path: Path) -> None:
    runner = "engine.run='false {inputs} {outputs}'"
    ended = _ended("engine=command", runner, *_UNTRACKED, outputs=tmp_path / "outputs")
    assert ended.code == 1
    assert ended.said.count("error:") == 1
    assert "error: cpu-" in ended.said
    assert "Traceback" not in ended.said


def test_all_take_the_batch_size_that_the_first_one_finds_and_so_do_those_who_go_on(
    clsbench: Cli, tmp_path: Path
) -> None:
    outputs = tmp_path / "outputs"
    own = ["device=cpu", "tracking=none", "limit=200"]
    ended = _ended(*own, outputs=outputs)
    assert ended.code == 0, ended.said
    engine = json.loads((max(outputs.glob("runs/*")) / "environment.json").read_text())["engine"]
    assert engine["batch_size"] > 1
    assert _predictions(outputs) == _whole(clsbench, *own)


def test_gpus_that_are_not_there_are_one_clear_error(clsbench: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    ended = clsbench("device=cuda:0,1")
    assert (ended.code, ended.said.count("error:")) == (1, 1)
    assert "device=cuda:0,1: there is no GPU here" in ended.said
