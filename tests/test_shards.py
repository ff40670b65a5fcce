"""One evaluation over many jobs, as a user runs it: the merged run is the unsplit one."""

import json
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import cv2
import numpy as np
import pytest
from command_line import Cli, Ended
from mlflow import MlflowClient
from mlflow_server import MlflowServer

from clsbench.shards.place import Merged, Place
from clsbench.tracking.process_identity import host

_SMALL = ["batch_size=7", "engine.threads=1", "workers=1", "limit=60"]
_TIMES = {"images_per_second", "load_seconds", "first_batch_ms", "peak_rss_mib", "work_seconds", "wall_seconds"}


def _predictions(ended: Ended, run_id: str) -> bytes:
    (run,) = [run for run in ended.runs if run.info.run_id == run_id]
    return (Path(run.info.artifact_uri.removeprefix("file://")) / "predictions.parquet").read_bytes()


def _outcomes(folder: Path) -> list[dict[str, object]]:
    (sweep,) = folder.glob("sweeps/*")
    files = sorted(sweep.glob("*/outcome.json"), key=lambda file: int(file.parent.name))
    return [{**json.loads(file.read_text()), "folder": file.parent} for file in files]


@pytest.fixture
def of_all_shapes(tmp_path: Path) -> list[str]:
    """Images that have 2 to 12 distinct views where the base size is the crop size, and some that have none."""
    random_, lines = np.random.default_rng(3), list[str]()
    (tmp_path / "images").mkdir()
    for index in range(60):
        shape = (28, 28 + 20 * (index % 3)) if index % 2 else (30 + index % 5, 28)
        cv2.imwrite(str(tmp_path / "images" / f"{index}.png"), random_.integers(0, 255, shape, np.uint8))
        lines.append(f"{index}.png {index % 10}\n")
    for index in (3, 17, 18):
        (tmp_path / "images" / f"{index}.png").write_bytes(b"no image")
    (tmp_path / "list.txt").write_text("".join(lines))
    own = ["label_order=null", f"root={tmp_path}/images", f"list={tmp_path}/list.txt"]
    return ["model=digits", "dataset=list", *(f"dataset.{each}" for each in own)]


def test_split_into_2_3_7_and_8_jobs_both_crops_have_the_unsplit_predictions_byte_for_byte(
    clsbench: Cli, of_all_shapes: list[str]
) -> None:
    own = [*_SMALL, *of_all_shapes, "base_size=28", "tracking=none", "resume=false", "limit=45"]  # 7 batches of images
    ended = clsbench("-m", "crop=single,multi12", "shards=1,2,3,7,8", *own)
    assert ended.code == 0, ended.said
    assert "10 cells: 10 finished" in ended.said
    done = [each for each in _outcomes(ended.outputs) if each["status"] == "FINISHED"]
    files: dict[str, list[bytes]] = {}
    for each in done:
        crop = "multi12" if "multi12" in str(each["name"]) else "single"
        files.setdefault(crop, []).append((Path(str(each["folder"])) / "predictions.parquet").read_bytes())
    assert {crop: len(contents) for crop, contents in files.items()} == {"single": 5, "multi12": 5}
    assert all(len(set(contents)) == 1 for contents in files.values())


def test_the_merged_run_is_the_unsplit_one_in_all_but_times(clsbench: Cli, tmp_path: Path) -> None:
    whole = clsbench(*_SMALL, "crop=multi12")
    assert whole.code == 0, whole.said
    split = clsbench("-m", "shards=3", *_SMALL, "crop=multi12", "resume=false")
    assert split.code == 0, split.said
    merged, unsplit = split.runs
    assert merged.data.tags["shards"] == "3"
    assert merged.data.tags["fingerprint"] == unsplit.data.tags["fingerprint"]
    assert merged.data.params == unsplit.data.params
    assert _predictions(split, merged.info.run_id) == _predictions(split, unsplit.info.run_id)
    counted = {key: value for key, value in unsplit.data.metrics.items() if key not in _TIMES and "batch_ms" not in key}
    assert {key: merged.data.metrics[key] for key in counted} == counted
    assert set(merged.data.metrics) - set(unsplit.data.metrics) <= {"work_seconds", "wall_seconds"}
    assert merged.data.metrics["work_seconds"] >= merged.data.metrics["wall_seconds"] > 0
    overrides = Path(merged.info.artifact_uri.removeprefix("file://")) / "overrides.txt"
    assert "shard" not in overrides.read_text()

    again = clsbench("-m", "shards=3", *_SMALL, "crop=multi12")
    assert again.code == 0, again.said
    assert "1 cell: 1 skipped" in again.said
    assert len(again.runs) == 2


def test_jobs_started_one_by_one_make_one_run_and_a_late_one_finds_it(clsbench: Cli) -> None:
    for shard in ("2/3", "3/3", "2/3"):
        ended = clsbench(*_SMALL, f"shard={shard}")
        assert ended.code == 0, ended.said
    assert "is done" in ended.said
    assert "2 of 3 shards are done" in ended.said

    early = clsbench("merge", *_SMALL, "shards=3")
    assert early.code == 1
    assert "missing: shard 1/3; missing: images 1 (" in early.said
    assert "Traceback" not in early.said

    (folder,) = early.outputs.glob("shards/*/of-3")
    last = clsbench(*_SMALL, "shard=1/3")
    assert last.code == 0, last.said
    assert last.run.info.status == "FINISHED"
    assert last.run.data.metrics["images"] == 60
    assert not folder.exists()
    folder.mkdir(parents=True)
    Place(folder, 3).settle(Merged(last.run.info.run_id, ""))  # as one leaves it that is killed a moment before its end
    late = clsbench(*_SMALL, "shard=2/3")
    assert late.code == 0, late.said
    assert f"skipped, run {last.run.info.run_id} has finished it" in late.said
    assert len(late.runs) == 1
    assert list((late.outputs / "shards").iterdir()) == []


def test_a_shard_that_was_killed_on_another_machine_goes_on_here(clsbench: Cli, tmp_path: Path) -> None:
    own = ["shard=1/2", "batch_size=1", "engine.threads=1", "workers=1", "crop=multi12"]
    command = [sys.executable, "-m", "clsbench", *own, f"paths.outputs={tmp_path}/outputs"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL) as process:
        while process.poll() is None:
            found = list(tmp_path.glob(f"outputs/shards/*/of-2/1-of-2/{host()}/predictions.journal"))
            if found and found[0].stat().st_size > 2000:
                process.kill()
            time.sleep(0.001)
    (machine,) = tmp_path.glob("outputs/shards/*/of-2/1-of-2/*")
    machine.rename(machine.with_name("another"))
    ended = clsbench(*own)
    assert ended.code == 0, ended.said
    assert "resumes from image " in ended.said
    assert [path.name for path in machine.parents[1].iterdir() if path.name.startswith("1-of-2")] == ["1-of-2.records"]


def test_a_damaged_shard_is_named_and_evaluated_again(clsbench: Cli) -> None:
    ended = clsbench(*_SMALL, "shard=1/2", "tracking=none")
    assert ended.code == 0, ended.said
    (records,) = ended.outputs.glob("shards/*/of-2/1-of-2.records")
    content = records.read_bytes()
    records.write_bytes(content[: len(content) // 2])
    other = clsbench(*_SMALL, "shard=2/2", "tracking=none")
    assert other.code == 1
    assert "it is damaged" in other.said
    again = clsbench(*_SMALL, "shard=1/2", "tracking=none")
    assert again.code == 0, again.said
    assert "top-1 error" in again.said
    assert "not tracked" in again.said
    late = clsbench(*_SMALL, "shard=1/2", "tracking=none")
    assert "its shards are merged into the files in" in late.said


def test_shards_by_different_versions_are_named_and_make_no_run(clsbench: Cli) -> None:
    assert clsbench(*_SMALL, "shard=1/2").code == 0
    assert clsbench(*_SMALL, "shard=2/2", "batch_size=5").code == 0
    merge = clsbench("merge", *_SMALL, "shards=2")
    assert merge.code == 1
    assert "missing: shard 2/2" in merge.said
    assert "There are shards 2/2 of a different cell: batch_size is 5 there, 7 here" in merge.said
    assert "Traceback" not in merge.said
    assert merge.runs == []


@pytest.mark.shared
def test_a_shard_outlives_the_mlflow_server_and_the_merge_waits_for_it(
    clsbench: Cli, squeezenet: list[str], tmp_path: Path
) -> None:
    server = MlflowServer(tmp_path)
    server.start()
    own = [*squeezenet, "limit=40", "batch_size=1", f"tracking.uri={server.uri}"]
    try:
        assert clsbench(*own, "shard=1/2").code == 0
        command = [sys.executable, "-m", "clsbench", *own, "shard=2/2", f"paths.outputs={tmp_path}/outputs"]
        with subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, text=True) as process:
            while not any(tmp_path.glob("outputs/shards/*/of-2/2-of-2/*/predictions.journal")):
                assert process.poll() is None
                time.sleep(0.01)
            server.kill()
            assert process.stderr
            said = process.stderr.read()
            assert process.wait(120) == 1
        assert "the store cannot be opened" in said
        assert len(list(tmp_path.glob("outputs/shards/*/of-2/*.records"))) == 2
        server.start()
        merged = clsbench("merge", *own)
        assert merged.code == 0, merged.said
        assert "images 40" in merged.said
        client = MlflowClient(tracking_uri=server.uri)
        experiment = client.get_experiment_by_name("clsbench")
        assert experiment
        (run,) = client.search_runs([experiment.experiment_id])
        assert run.info.status == "FINISHED"
    finally:
        server.kill()


def test_one_run_cannot_be_several_jobs(clsbench: Cli) -> None:
    ended = clsbench("shards=8")
    assert ended.code == 1
    assert "error: shards=8: several jobs need a sweep" in ended.said.replace("\n", " ")
    assert "Traceback" not in ended.said


@pytest.mark.parametrize("launcher", ["joblib", "submitit_local"])
def test_a_split_sweep_whose_processes_are_killed_again_and_again_loses_and_doubles_nothing(
    launcher: str, clsbench: Cli, tmp_path: Path
) -> None:
    pytest.importorskip("hydra_plugins.hydra_joblib_launcher" if launcher == "joblib" else "submitit")
    own = ["batch_size=1", "engine.threads=1", "workers=1", "crop=single,multi12"]
    launched = [f"hydra/launcher={launcher}", *(["hydra.launcher.n_jobs=3"] if launcher == "joblib" else [])]
    command = [sys.executable, "-m", "clsbench", "-m", "shards=3", *launched, *own, f"paths.outputs={tmp_path}/outputs"]
    moments = random.Random(launcher)
    for _ in range(2):
        with subprocess.Popen(
            command, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        ) as process:
            deadline = time.monotonic() + 120
            while process.poll() is None and time.monotonic() < deadline:
                if any(tmp_path.glob(f"outputs/shards/*/of-3/*/{host()}/predictions.journal")):
                    time.sleep(moments.uniform(0, 0.4))
                    process.send_signal(signal.SIGKILL)
                    break
                time.sleep(0.002)
            process.wait(60)
    ended = clsbench("-m", "shards=3", *launched, *own)
    assert ended.code == 0, ended.said
    whole = clsbench("-m", *own, "resume=false")
    assert whole.code == 0, whole.said
    finished = [run for run in whole.runs if run.info.status == "FINISHED"]
    assert len(finished) == 4
    by_crop: dict[str, set[bytes]] = {}
    for run in finished:
        by_crop.setdefault(run.data.params["crop"], set()).add(_predictions(whole, run.info.run_id))
    assert {crop: len(contents) for crop, contents in by_crop.items()} == {"single": 1, "multi12": 1}
    assert {run.info.status for run in whole.runs} <= {"FINISHED", "KILLED"}
