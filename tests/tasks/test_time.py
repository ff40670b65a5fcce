"""task=time from the command line: what is measured, what is kept, and what is refused."""

import csv
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from command_line import Cli, Ended

import clsbench as clsbench_package
from clsbench.caffe.caffemodel import read_caffemodel
from clsbench.caffe.prototxt import read_prototxt
from clsbench.caffe.weights import attach
from clsbench.onnx_export.export import export_onnx

FEW = ["task=time", "timing.iterations=5"]


def _layers(ended: Ended) -> list[dict[str, str]]:
    with ended.artifact("layers.csv").open() as file:
        return list(csv.DictReader(file))


def test_the_demo_is_timed_and_everything_is_kept_with_the_run(clsbench: Cli) -> None:
    ended = clsbench(*FEW, "dataset=imagenet")  # whose root is not given: no dataset is needed
    assert ended.code == 0, ended.said
    run = ended.run
    assert run.info.status == "FINISHED"
    assert run.info.run_name == "digits time 28 onnxruntime"
    metrics, tags = run.data.metrics, run.data.tags
    for name in ("mean", "std", "p50", "p90", "p99"):
        assert f"forward_ms_{name}" in metrics
    for name in ("load_seconds", "first_batch_ms", "images_per_second", "peak_rss_mib", "load_before", "load_after"):
        assert name in metrics
    assert metrics["iterations"] == 5
    assert not [key for key in metrics if key.startswith(("backward", "published"))]
    assert (tags["task"], tags["weights"], tags["timing"]) == ("time", "file", "clean")
    assert tags["fingerprint"]
    assert tags["hardware"]
    assert run.data.params["streams"] == run.data.params["batch_size"] == "1"
    samples = pq.read_table(ended.artifact("latency.parquet")).to_pydict()["forward_ms"]
    assert sum(samples) / 5 == pytest.approx(metrics["forward_ms_mean"])
    types = {row["layer"]: row["type"] for row in _layers(ended)}
    assert types["conv1"] == "Convolution"
    assert types["prob"] == "Softmax"
    for name in ("plots/layer_types.png", "plots/layers.png", "environment.json", "config.yaml", "clsbench.log"):
        assert ended.artifact(name).is_file()


def test_a_zoo_network_has_random_weights_published_times_and_their_hardware(clsbench: Cli, tmp_path: Path) -> None:
    small = ["model=resnet18-1x16d", "timing.layer_iterations=0"]
    ended = clsbench(*FEW, *small, f"paths.weights={tmp_path}", f"paths.cache={tmp_path}/cache", "tracking=mlflow")
    assert ended.code == 0, ended.said
    run = ended.run
    assert run.data.tags["weights"] == "random"
    assert run.data.tags["published_device"] == "Titan X Pascal, cuDNN 5.1"
    metrics = run.data.metrics
    assert metrics["published_forward_ms"] > 0
    assert metrics["forward_ratio"] == pytest.approx(metrics["forward_ms_mean"] / metrics["published_forward_ms"])
    assert "timed with random weights" in ended.said
    assert "Titan X Pascal" in ended.said
    assert not ended.artifact("layers.csv").exists()


def test_a_users_own_onnx_file_is_timed_by_the_names_of_its_nodes(clsbench: Cli, tmp_path: Path) -> None:
    demo = Path(clsbench_package.__file__).parent / "demo"
    net = read_prototxt(demo / "digits.prototxt")
    export_onnx(attach(net, read_caffemodel(demo / "digits.caffemodel"), "demo"), tmp_path / "digits-28.onnx")
    ended = clsbench(*FEW, f"model.onnx={tmp_path}/digits-28.onnx", "engine.threads=1")
    assert ended.code == 0, ended.said
    run = ended.run
    assert run.info.run_name == "digits-28 time 28 onnxruntime"
    assert {"layer": "conv1", "type": "Conv"}.items() <= _layers(ended)[0].items()


@pytest.mark.pycaffe
def test_pycaffe_has_backwards_and_layers_of_both(clsbench: Cli, caffe_python: Path) -> None:
    ended = clsbench(*FEW, "engine=caffe", f"engine.python={caffe_python}", "batch_size=3")
    assert ended.code == 0, ended.said
    metrics = ended.run.data.metrics
    assert metrics["backward_ms_p50"] > 0
    assert metrics["images_per_second"] == pytest.approx(3000 / metrics["forward_ms_mean"])
    assert "published_forward_ms" not in metrics
    rows = {row["layer"]: row for row in _layers(ended)}
    assert rows["conv1"]["type"] == "Convolution"
    assert float(rows["conv1"]["forward_ms"]) > 0
    assert float(rows["conv1"]["backward_ms"]) > 0


@pytest.mark.shared
@pytest.mark.parametrize(
    ("engine", "backward"),
    [
        pytest.param("onnxruntime", False),
        pytest.param("openvino", False, marks=pytest.mark.openvino),
        pytest.param("torch", True, marks=pytest.mark.torch),
    ],
)
def test_layers_have_their_caffe_names_and_sum_up_to_something_like_the_whole(
    clsbench: Cli, squeezenet: list[str], engine: str, request: pytest.FixtureRequest, *, backward: bool
) -> None:
    if engine != "onnxruntime":
        request.getfixturevalue(f"need_{engine}")
    overrides = [each for each in squeezenet if not each.startswith("dataset")]
    ended = clsbench(*FEW, *overrides, f"engine={engine}", "timing.layer_iterations=10")
    assert ended.code == 0, ended.said
    rows, metrics = _layers(ended), ended.run.data.metrics
    types = {row["layer"]: row["type"] for row in rows}
    assert (types["conv1"], types["pool1"], types["prob"]) == ("Convolution", "Pooling", "Softmax")
    assert sum(kind == "Convolution" for kind in types.values()) == 26
    # In the same unit, and no more can be said of two passes on a machine that others use.
    assert 0.01 < metrics["layers_forward_ms"] / metrics["forward_ms_p50"] < 100
    assert ("backward_ms_p50" in metrics) == backward
    if backward:
        assert 0.01 < metrics["layers_backward_ms"] / metrics["backward_ms_p50"] < 100
        assert float(rows[0]["backward_ms"]) > 0


@pytest.mark.pycaffe
@pytest.mark.shared
def test_under_timing_caffe_the_total_is_the_sum_of_the_layers(
    clsbench: Cli, squeezenet: list[str], caffe_python: Path
) -> None:
    overrides = [each for each in squeezenet if not each.startswith("dataset")]
    ended = clsbench(*FEW, *overrides, "timing=caffe", "engine=caffe", f"engine.python={caffe_python}")
    assert ended.code == 0, ended.said
    metrics = ended.run.data.metrics
    for kind in ("forward", "backward"):
        assert metrics[f"layers_{kind}_ms"] == pytest.approx(metrics[f"{kind}_ms_mean"], rel=0.03)
        assert sum(float(row[f"{kind}_ms"]) for row in _layers(ended)) == pytest.approx(
            metrics[f"layers_{kind}_ms"], rel=1e-3
        )
    assert ended.run.info.run_name.endswith("caffe-time 227 caffe")
    assert ended.run.data.tags["timing"] == "caffe"


@pytest.mark.parametrize(
    ("overrides", "words"),
    [
        (["timing.backward=true"], ["engine=onnxruntime", "no backward"]),
        (["model=inception-v4", "crop_size=310", "model.weights=random"], ["310", "300"]),
    ],
)
def test_what_cannot_be_timed_is_one_clear_error_before_anything_is_measured(
    clsbench: Cli, overrides: list[str], words: list[str]
) -> None:
    ended = clsbench(*FEW[:1], *overrides)
    assert ended.code == 1
    for word in words:
        assert word in ended.said
    assert "Traceback" not in ended.said
    assert not (ended.outputs / "mlflow.db").exists()


def test_every_job_of_a_sweep_has_a_log_of_its_own(clsbench: Cli) -> None:
    ended = clsbench("-m", *FEW, "timing.layer_iterations=0", "batch_size=1,2")
    assert ended.code == 0, ended.said
    names = {run.info.run_name for run in ended.runs}
    assert names == {"digits time 28 onnxruntime", "digits time 28 onnxruntime batch 2"}
    for run in ended.runs:
        log = Path(run.info.artifact_uri.removeprefix("file://"), "clsbench.log")
        assert "engine=onnxruntime" in log.read_text()


def test_sigterm_ends_the_measuring_process_and_closes_the_run(tmp_path: Path) -> None:
    outputs = tmp_path / "outputs"
    command = [sys.executable, "-m", "clsbench", *FEW, "timing.seconds=600", f"paths.outputs={outputs}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=tmp_path) as process:
        assert process.stdout
        while b"timing 5 forwards" not in (line := process.stdout.readline()):
            assert line
        (child,) = _children(process.pid)
        process.send_signal(signal.SIGTERM)
        try:
            assert process.wait(30) == 128 + signal.SIGTERM
        finally:
            process.kill()
    deadline = time.monotonic() + 10
    while Path(f"/proc/{child}").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not Path(f"/proc/{child}").exists()
    run = Ended(0, "", outputs).run
    assert run.info.status == "KILLED"
    assert "forward_ms_p50" not in run.data.metrics


def _children(parent: int) -> list[int]:
    told = subprocess.run(["ps", "-ww", "-eo", "pid,ppid,args"], capture_output=True, text=True, check=True).stdout
    rows = [line.split(maxsplit=2) for line in told.splitlines() if "clsbench.timing.child" in line]
    return [int(pid) for pid, ppid, _ in rows if int(ppid) == parent]
