"""The main job as a user runs it: a command, its answer, and the run in the tracker."""

import csv
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from command_line import Cli, Ended
from mlflow import MlflowClient
from squeezenet_errors import TWELVE_CROPS_OF, Errors

ARTIFACTS = {
    "config.yaml",
    "overrides.txt",
    "environment.json",
    "predictions.parquet",
    "predictions_preview.csv",
    "per_class.csv",
    "bad_images.csv",
    "confusion_matrix.csv",
    "most_confused.csv",
    "calibration.csv",
    "worst_classes.csv",
    "errors.html",
    "plots",
    "network.prototxt",
    "clsbench.log",
}


def test_without_overrides_the_shipped_demo_runs_and_is_tracked(clsbench: Cli) -> None:
    ended = clsbench()
    assert ended.code == 0, ended.said
    run = ended.run
    assert run.info.status == "FINISHED"
    assert run.info.run_id in ended.said
    assert f"mlflow ui --backend-store-uri sqlite:///{ended.outputs}/mlflow.db" in ended.said
    assert 0 < run.data.metrics["top1_error"] < 5
    assert run.data.metrics["top1_error"] + run.data.metrics["top1_accuracy"] == pytest.approx(100)
    assert run.data.metrics["images_bad"] == 0
    assert 0 < run.data.metrics["ece"] < 20
    assert {file.name for file in ended.artifact(".").iterdir()} == ARTIFACTS
    assert run.data.tags["engine"] == "onnxruntime"
    assert len(run.data.tags["fingerprint"]) == 64
    assert run.inputs is not None
    assert run.inputs.dataset_inputs


@pytest.mark.shared
@pytest.mark.pycaffe
def test_squeezenet_has_the_published_protocols_errors_on_both_engines(
    clsbench: Cli, squeezenet: list[str], errors_by_crop: Callable[[str], Errors], caffe_python: Path
) -> None:
    expected = errors_by_crop("single")
    ended = clsbench("-m", *squeezenet, "engine=onnxruntime,caffe")
    assert ended.code == 0, ended.said
    top1 = []
    for run in ended.runs:
        assert run.data.metrics["top1_error"] == pytest.approx(expected.top1, abs=5e-4)
        assert run.data.metrics["top5_error"] == pytest.approx(expected.top5, abs=5e-4)
        assert run.data.metrics["images"] == run.data.metrics["views"] == 300
        table = pq.read_table(Path(run.info.artifact_uri.removeprefix("file://")) / "predictions.parquet")
        top1.append([best[0] for best in table["top5"].to_pylist()])
    assert {run.data.params["engine"] for run in ended.runs} == {"onnxruntime", "caffe"}
    assert top1[0] == top1[1]


@pytest.mark.shared
def test_squeezenet_has_the_published_protocols_errors_with_twelve_crops(
    clsbench: Cli, squeezenet: list[str], errors_by_crop: Callable[[str], Errors]
) -> None:
    expected = errors_by_crop("multi12")
    ended = clsbench(*squeezenet, "crop=multi12", f"limit={TWELVE_CROPS_OF}")
    assert ended.code == 0, ended.said
    assert ended.run.data.metrics["top1_error"] == pytest.approx(expected.top1)
    assert ended.run.data.metrics["top5_error"] == pytest.approx(expected.top5)
    assert ended.run.data.metrics["views"] == 1200


@pytest.mark.shared
@pytest.mark.pycaffe
def test_twelve_crops_have_the_same_five_best_classes_on_both_engines(
    clsbench: Cli, squeezenet: list[str], caffe_python: Path
) -> None:
    ended = clsbench("-m", *squeezenet, "crop=multi12", "limit=40", "engine=onnxruntime,caffe")
    assert ended.code == 0, ended.said
    assert {run.data.params["engine"] for run in ended.runs} == {"onnxruntime", "caffe"}
    top5 = []
    for run in ended.runs:
        assert run.data.metrics["views"] == 480
        table = pq.read_table(Path(run.info.artifact_uri.removeprefix("file://")) / "predictions.parquet")
        top5.append(table["top5"].to_pylist())
    assert top5[0] == top5[1]


@pytest.mark.shared
def test_a_list_in_the_other_label_order_gives_the_same_errors(
    clsbench: Cli, squeezenet: list[str], errors_by_crop: Callable[[str], Errors], shared: Path
) -> None:
    expected = errors_by_crop("single")
    other = f"dataset.list={shared}/imagenet_sample/val_ilsvrc2015_order.txt"
    ended = clsbench(*squeezenet, other, "dataset.label_order=ilsvrc2015")
    assert ended.code == 0, ended.said
    assert ended.run.data.metrics["top1_error"] == pytest.approx(expected.top1, abs=5e-4)
    assert ended.run.data.metrics["top5_error"] == pytest.approx(expected.top5, abs=5e-4)


@pytest.mark.shared
def test_twelve_crops_of_the_base_size_are_two_views(clsbench: Cli, squeezenet: list[str]) -> None:
    ended = clsbench(*squeezenet, "crop=multi12", "base_size=227", "limit=10")
    assert ended.code == 0, ended.said
    assert ended.run.data.metrics["views"] == 20


@pytest.mark.shared
def test_bad_and_missing_images_count_as_misses_and_are_listed(
    clsbench: Cli, squeezenet: list[str], shared: Path, tmp_path: Path
) -> None:
    images = tmp_path / "images"
    images.mkdir()
    lines = (shared / "imagenet_sample" / "val_ilsvrc2012_order.txt").read_text().splitlines()[:4]
    names = [line.split()[0] for line in lines]
    for name in names[:3]:
        (images / name).write_bytes((shared / "imagenet_sample" / "images" / name).read_bytes())
    (images / names[1]).write_bytes((images / names[1]).read_bytes()[:20_000])
    (tmp_path / "list.txt").write_text("\n".join(lines))
    own = [f"dataset.root={images}", f"dataset.list={tmp_path}/list.txt"]

    ended = clsbench(*squeezenet, *own)
    assert ended.code == 0, ended.said
    metrics = ended.run.data.metrics
    assert (metrics["images"], metrics["images_bad"], metrics["views"]) == (4, 2, 2)
    assert metrics["top1_error"] >= 50
    assert ended.run.data.tags["bad_images"].startswith("2 of 4")
    with ended.artifact("bad_images.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [row["image"] for row in rows] == [names[1], names[3]]
    assert all(row["reason"] for row in rows)

    stopped = clsbench(*squeezenet, *own, "dataset.on_bad_image=stop", "tracking=none")
    assert stopped.code == 1
    assert names[3] in stopped.said
    assert "Traceback" not in stopped.said


@pytest.mark.shared
@pytest.mark.parametrize(
    ("override", "words"),
    [
        ("crop_size=3", ["cannot take size 3", "sizes near it that fit"]),
        ("crop_size=300", ["crop_size=300", "base_size=256"]),
        ("model.weights=none.caffemodel", ["none.caffemodel", "model.weights=FILE"]),
        ("model.prototxt=none.prototxt", ["none.prototxt"]),
        ("dataset.root=nowhere", ["dataset.root", "nowhere"]),
        ("device=cuda", ["device=cuda", "onnxruntime-gpu"]),
        ("device=tpu", ["device=tpu", "auto"]),
        ("precision=int4", ["int4", "fp32"]),
        ("limit=0", ["limit"]),
        ("workers=0", ["workers"]),
        ("batch_size=-1", ["batch_size"]),
        ("size=huge", ["size=huge"]),
        ("dataset.label_order=ilsvrc2013", ["ilsvrc2013"]),
        ("engine.threads=0", ["threads"]),
        ("tracking.uri=sqlite:////proc/none/x.db", ["tracking.uri"]),
        ("dataset.lst=x", ["lst"]),
        ("model=resnet51", ["resnet51", "resnet50"]),
    ],
)
def test_a_wrong_choice_is_one_clear_error(
    clsbench: Cli, squeezenet: list[str], override: str, words: list[str]
) -> None:
    key = override.partition("=")[0]
    others = (each for each in ("limit=2", *squeezenet) if each.partition("=")[0] != key)
    ended = clsbench(*others, override)
    assert ended.code == 1
    for word in words:
        assert word in ended.said
    assert "Traceback" not in ended.said


@pytest.mark.shared
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_run_within_two_seconds_as_killed_with_what_was_measured(
    clsbench: Cli, squeezenet: list[str], tmp_path: Path, number: signal.Signals
) -> None:
    outputs = tmp_path / "outputs"
    command = [sys.executable, "-m", "clsbench", *squeezenet, "crop=multi144", "crop.sizes=[256,288,320,352]"]
    process = subprocess.Popen([*command, f"paths.outputs={outputs}"], cwd=tmp_path, stdout=subprocess.DEVNULL)
    _wait_for_running_metrics(outputs, process)
    sent = time.monotonic()
    process.send_signal(number)
    assert process.wait(timeout=20) == 128 + number
    seconds = time.monotonic() - sent

    ended = Ended(0, "", outputs)
    assert ended.run.info.status == "KILLED"
    images = ended.run.data.metrics["images"]
    assert 0 < images < 300
    assert len(pq.read_table(ended.artifact("predictions.parquet"))) == images
    assert seconds < 2 * float(os.environ.get("CLSBENCH_SLOW", "1"))


def _wait_for_running_metrics(outputs: Path, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        assert process.poll() is None
        time.sleep(0.3)
        # Not before the engine is open: a second client would disturb the making of the store.
        if any("engine=onnxruntime" in log.read_text() for log in outputs.glob("runs/*/clsbench.log")):
            client = MlflowClient(tracking_uri=f"sqlite:///{outputs}/mlflow.db")
            experiment = client.get_experiment_by_name("clsbench")
            if experiment and any(
                "top1_error" in run.data.metrics for run in client.search_runs([experiment.experiment_id])
            ):
                return
    pytest.fail("no running metric within two minutes")


@pytest.mark.shared
@pytest.mark.pycaffe
def test_a_run_whose_engine_dies_is_failed_with_caffes_own_message(
    clsbench: Cli, squeezenet: list[str], caffe_python: Path, tmp_path: Path
) -> None:
    script = tmp_path / "python"
    script.write_text(f'#!/bin/sh\n(sleep 6; kill -9 $$) &\nexec {caffe_python} "$@"\n')
    script.chmod(0o755)
    ended = clsbench(*squeezenet, "engine=caffe", f"engine.python={script}", "crop=multi12")
    assert ended.code == 1
    assert "Traceback" not in ended.said
    assert "signal" in ended.said.lower() or "killed" in ended.said.lower()
    assert ended.run.info.status == "FAILED"
    assert ended.run.data.tags["error"].startswith("EngineError")


def test_a_reader_that_stops_early_gets_no_traceback() -> None:
    command = f"{sys.executable} -m clsbench --help | head -1"
    ended = subprocess.run(command, shell=True, capture_output=True, text=True, check=False)
    assert ended.stdout.startswith("clsbench")
    assert ended.stderr == ""


def test_the_help_of_a_run_lists_groups_and_settings(clsbench: Cli) -> None:
    ended = clsbench("run", "--help")
    assert ended.code == 0
    for word in (
        "crop: multi10, multi12, multi144, single",
        "engine: caffe, command, onnxruntime, opencv",
        "limit=N",
        "tracking.uri=URI",
    ):
        assert word in ended.said
