"""exact=true as a user asks for it: fp32's answers, most images scored in a low precision only."""

import csv
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from command_line import Cli, Ended, cli
from mlflow.entities import Run

INT8 = ("precision=int8", "exact=true", "calibration.images=50", "artifacts=small")
# Some images of the demo are near another class, most are far from it.
WIDE = (*INT8, "rescoring.factor=20", "batch_size=1", "engine.threads=1", "tracking=none")


def _rows(folder: Path) -> list[dict[str, Any]]:
    return list(pq.read_table(folder / "predictions.parquet").to_pylist())


def _decisions(rows: Sequence[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return [(row["image"], row["top5"][:1], row["label"] in row["top5"]) for row in rows]


def _folder(run: Run) -> Path:
    return Path(run.info.artifact_uri.removeprefix("file://"))


def _latest(outputs: Path) -> Path:
    return max(outputs.glob("runs/*"))


@pytest.fixture(scope="module")
def swept(tmp_path_factory: pytest.TempPathFactory) -> Ended:
    """The demo in fp32 and in int8, both with and without exact=true."""
    ended = cli("clsbench", tmp_path_factory.mktemp("swept"))(
        "-m", "precision=fp32,int8", "exact=true,false", *INT8[2:], "rescoring.factor=3"
    )
    assert "4 cells: 1 failed, 3 finished" in ended.said, ended.said
    return ended


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The outputs of an exact run of many images that are scored again."""
    ended = cli("clsbench", tmp_path_factory.mktemp("undisturbed"))(*WIDE)
    assert ended.code == 0, ended.said
    assert not (ended.outputs / "unfinished").exists() or not any((ended.outputs / "unfinished").iterdir())
    yield ended.outputs
    shutil.rmtree(ended.outputs)


def test_the_demo_in_int8_has_the_decisions_of_fp32_and_says_what_they_are_worth(swept: Ended) -> None:
    runs = {run.data.params["precision"]: run for run in swept.runs if run.info.status == "FINISHED"}
    assert set(runs) == {"fp32", "int8", "int8 exact"}
    exact, fp32 = runs["int8 exact"], runs["fp32"]
    assert _decisions(_rows(_folder(exact))) == _decisions(_rows(_folder(fp32)))
    metrics = exact.data.metrics
    assert (metrics["images"], metrics["views"]) == (382, 382)  # those that calibrate int8 are not left out
    for key in ("top1_error", "top5_error", "top1_stderr"):
        assert metrics[key] == fp32.data.metrics[key]
    assert (metrics["calibrating_images"], metrics["checked_images"], metrics["missed_images"]) == (20, 19, 0)
    assert 0 <= metrics["rescored_images"] < 200
    assert metrics["missed_at_most"] > 0
    assert metrics["exact_bound_top1"] > 0
    assert metrics["images_per_second"] > 0
    said = exact.data.tags["exact"]
    assert said.startswith("an estimate, not a proof: ")
    assert "an estimate, not a proof: " in swept.said
    assert f"{metrics['rescored_images']:.0f} of 382 images in int8 were scored again in fp32" in said
    assert "exact_missed" not in exact.data.tags
    with (_folder(exact) / "rescored.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    reasons = Counter(row["why"] for row in rows)
    assert (reasons["calibrates"], reasons["checked"]) == (20, 19)
    assert reasons["near another decision"] == metrics["rescored_images"]
    assert sum(int(row["changed"]) for row in rows) == metrics["changed_images"]
    near = [row for row in rows if row["why"] == "near another decision"]
    bounds = [metrics["exact_bound_top1"], metrics["exact_bound_top5"]]
    assert all(float(row["top1_margin"]) <= bounds[0] or float(row["top5_margin"]) <= bounds[1] for row in near)
    assert exact.info.run_name == "digits single 28 onnxruntime int8 exact"
    assert exact.data.params["rescoring"] == "factor 3, 500 calibrate, 500 checked, seed 0"


def test_without_it_nothing_of_it_is_kept(swept: Ended) -> None:
    for run in swept.runs:
        if run.data.params.get("precision") in ("fp32", "int8"):
            assert not [key for key in run.data.metrics if "rescored" in key or "exact" in key or "missed" in key]
            assert not {"exact", "rescoring"} & {*run.data.tags, *run.data.params}


def test_the_same_again_is_skipped_and_other_settings_are_another_cell(swept: Ended) -> None:
    call = cli("clsbench", swept.outputs.parent)
    again = call(*INT8, "rescoring.factor=3")
    assert again.code == 0
    assert "skipped" in again.said
    planned = call("task=plan", *INT8, "rescoring.factor=3")
    assert "1 of them finished before" in planned.said
    assert "finished before" not in call("task=plan", *INT8, "rescoring.factor=4").said.replace(" 0 of them", "")


def _killed(outputs: Path, journals: str, size: int) -> int:
    """The exit code of the command, killed once a journal of that name has so many bytes."""
    command = [sys.executable, "-m", "clsbench", *WIDE, f"paths.outputs={outputs}"]
    with subprocess.Popen(command, cwd=outputs.parent, stdout=subprocess.DEVNULL) as process:
        while process.poll() is None:
            if any(path.stat().st_size > size for path in outputs.glob(f"unfinished/*/{journals}")):
                process.send_signal(signal.SIGKILL)
                break
            time.sleep(0.0005)
        return process.wait(60)


def test_killed_in_either_precision_it_ends_with_the_same_bytes(
    clsbench: Cli, tmp_path: Path, undisturbed: Path
) -> None:
    outputs = tmp_path / "outputs"
    outputs.mkdir()
    assert _killed(outputs, "predictions.journal", 9000) == -signal.SIGKILL
    assert _killed(outputs, "fp32/1/predictions.journal", 2000) == -signal.SIGKILL
    assert len(list(outputs.glob("unfinished/*/fp32/*"))) == 2
    ended = clsbench(*WIDE)
    assert ended.code == 0, ended.said
    assert "resumes after all 382 images" in ended.said
    assert "images per second" not in ended.said  # nobody knows what the whole takes
    there, expected = (_latest(each) / "predictions.parquet" for each in (outputs, undisturbed))
    assert there.read_bytes() == expected.read_bytes()
    assert not list(outputs.glob("unfinished/*"))


def test_shards_have_the_bytes_of_the_unsplit_run(clsbench: Cli, undisturbed: Path) -> None:
    for shard in ("2/2", "1/2"):
        ended = clsbench(*WIDE, f"shard={shard}")
        assert ended.code == 0, ended.said
    merged = _latest(ended.outputs)
    assert (merged / "predictions.parquet").read_bytes() == (_latest(undisturbed) / "predictions.parquet").read_bytes()
    assert "an estimate, not a proof" in ended.said
    assert not list(ended.outputs.glob("shards/*/*/fp32"))


def test_the_doctor_looks_into_the_answers_of_fp32(clsbench: Cli) -> None:
    ended = clsbench("task=doctor", "precision=int8", "exact=true", "limit=40")
    assert ended.code == 0, ended.said
    assert "No better settings found" in ended.said


@pytest.mark.parametrize(
    ("overrides", "words"),
    [
        (["precision=fp32"], "there is nothing to do"),
        (["precision=int8", "task=time"], "task=time exact=true: only an evaluation"),
        (["precision=bf16", "engine=command", "engine.run=[true]"], "engine=command exact=true"),
    ],
)
def test_what_it_is_nothing_for_is_one_clear_error(clsbench: Cli, overrides: list[str], words: str) -> None:
    ended = clsbench("exact=true", *overrides)
    assert ended.code == 1
    assert words in ended.said
    assert "Traceback" not in ended.said


@pytest.mark.shared
@pytest.mark.openvino
@pytest.mark.usefixtures("need_openvino")
def test_squeezenet_in_bf16_decides_every_photograph_as_in_fp32(clsbench: Cli, squeezenet: list[str]) -> None:
    own = (*squeezenet, "engine=openvino", "artifacts=small", "limit=150")
    folders = []
    for overrides in (["precision=fp32"], ["precision=bf16", "exact=true"]):
        ended = clsbench(*own, *overrides)
        if "would compute in" in ended.said:
            pytest.skip("no bfloat16 on this CPU")
        assert ended.code == 0, ended.said
        folders.append(_folder(ended.runs[0]))
    fp32, exact = map(_rows, folders)
    assert _decisions(exact) == _decisions(fp32)
    assert ended.runs[0].data.metrics["rescored_images"] < 100
