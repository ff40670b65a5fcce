"""task=inputs: the views of an evaluation as files, and engine=scores, which reads what a device made of them."""

import csv
import json
import subprocess
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from command_line import Cli, Ended, cli

DEMO = Path(__file__).resolve().parents[2] / "src" / "clsbench" / "demo"
SAMPLE = ("sample=30", "crop=multi12")

# What a device's program would be: reads the views' files in order, one view a forward, as engine=caffe has it.
_PYCAFFE = """
import sys, glob, os
import numpy as np
import caffe
net = caffe.Net(sys.argv[1], sys.argv[2], caffe.TEST)
for path in sorted(glob.glob(os.path.join(sys.argv[3], "views-*.npy"))):
    scores = []
    for view in np.load(path):
        net.blobs["data"].reshape(1, *view.shape)
        net.blobs["data"].data[...] = view
        scores.append(net.forward()["prob"].reshape(-1).copy())
    np.save(path.replace("views-", "scores-"), np.stack(scores))
"""


def _predictions(ended: Ended) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = pq.read_table(ended.artifact("predictions.parquet")).to_pylist()
    return rows


def _written(clsbench: Cli, folder: Path, *overrides: str) -> list[dict[str, str]]:
    ended = clsbench("task=inputs", f"task.output={folder}", *overrides)
    assert ended.code == 0, ended.said
    with (folder / "manifest.csv").open() as file:
        return list(csv.DictReader(file))


@pytest.mark.pycaffe
def test_scores_of_pycaffe_from_the_files_give_the_predictions_of_engine_caffe(
    clsbench: Cli, caffe_python: Path, tmp_path: Path
) -> None:
    folder, beside = tmp_path / "in", tmp_path / "caffe"
    beside.mkdir()
    _written(clsbench, folder, *SAMPLE, "batch_size=50")
    program = [
        str(caffe_python),
        "-c",
        _PYCAFFE,
        *(str(path) for path in (DEMO / "digits.prototxt", DEMO / "digits.caffemodel", folder)),
    ]
    subprocess.run(program, check=True, capture_output=True)
    caffe = _predictions(cli("clsbench", beside)("engine=caffe", *SAMPLE))
    ended = clsbench("engine=scores", f"engine.path={folder}", "device=my-npu", *SAMPLE)
    assert ended.code == 0, ended.said
    assert len(caffe) == 30
    assert _predictions(ended) == caffe
    assert ended.run.data.tags["device"] == "my-npu"
    assert "images_per_second" not in ended.run.data.metrics
    assert "batch_ms_p50" not in ended.run.data.metrics


def test_the_files_and_the_manifest_say_the_same(clsbench: Cli, tmp_path: Path) -> None:
    rows = _written(clsbench, tmp_path / "in", *SAMPLE, "batch_size=50")
    files = sorted((tmp_path / "in").glob("views-*.npy"))
    views = [np.load(file) for file in files]
    assert [len(each) for each in views[:-1]] == [50] * (len(files) - 1)
    assert sum(map(len, views)) == len(rows)
    assert {file.name for file in files} == {row["file"] for row in rows}
    assert len({row["image"] for row in rows}) == 30
    assert sum(float(row["weight"]) for row in rows) == 30 * 12


def test_pixels_less_the_mean_are_the_networks_input(clsbench: Cli, tmp_path: Path) -> None:
    given = _written(clsbench, tmp_path / "f", "limit=9", "batch_size=4")
    pixels = _written(
        clsbench, tmp_path / "u", "limit=9", "batch_size=4", "task.dtype=uint8", "task.layout=nhwc", "task.format=bin"
    )
    raw = np.fromfile(tmp_path / "u" / "views-0000.bin", np.uint8).reshape(4, 28, 28, 3)
    expected = np.load(tmp_path / "f" / "views-0000.npy")
    np.testing.assert_array_equal(((raw - 78.0) / 96.0).astype(np.float32).transpose(0, 3, 1, 2), expected)
    assert [row["sha256"] for row in pixels] == [row["sha256"] for row in given]


def test_it_goes_on_where_it_was_stopped(clsbench: Cli, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    rows = _written(clsbench, folder, *SAMPLE, "batch_size=50")
    last = sorted(folder.glob("views-*.npy"))[-1]
    expected, first = last.read_bytes(), (folder / "views-0000.npy").stat().st_mtime_ns
    last.unlink()
    told = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps(told | {"complete": False}))
    assert _written(clsbench, folder, *SAMPLE, "batch_size=50") == rows
    assert last.read_bytes() == expected
    assert (folder / "views-0000.npy").stat().st_mtime_ns == first


def test_a_folder_of_other_inputs_is_not_written_over(clsbench: Cli, tmp_path: Path) -> None:
    _written(clsbench, tmp_path / "in", "limit=9")
    ended = clsbench("task=inputs", f"task.output={tmp_path}/in", "limit=9", "preprocessing=torch")
    assert ended.code == 1
    assert "inputs of other settings" in ended.said


def test_files_that_it_did_not_write_stay(clsbench: Cli, tmp_path: Path) -> None:
    (tmp_path / "views-of-the-sea.jpg").write_bytes(b"mine")
    for resume in ("true", "false"):
        ended = clsbench("task=inputs", f"task.output={tmp_path}", "limit=9", f"resume={resume}")
        assert ended.code == 1
        assert "views-of-the-sea.jpg and no manifest.json" in ended.said
    assert (tmp_path / "views-of-the-sea.jpg").read_bytes() == b"mine"


def test_inputs_are_not_written_over_under_the_scores_of_the_old_ones(clsbench: Cli, tmp_path: Path) -> None:
    folder, other = tmp_path / "in", ("limit=9", "preprocessing=torch", "resume=false")
    _written(clsbench, folder, "limit=9")
    before = (folder / "views-0000.npy").read_bytes()
    (folder / "scores-0000.npy").touch()
    ended = clsbench("task=inputs", f"task.output={folder}", *other)
    assert ended.code == 1
    assert "scores-0000.npy, scores of other inputs" in ended.said
    assert (folder / "views-0000.npy").read_bytes() == before
    (folder / "scores-0000.npy").unlink()
    _written(clsbench, folder, *other)
    assert (folder / "views-0000.npy").read_bytes() != before


def test_scores_of_other_inputs_are_an_error_that_says_so(clsbench: Cli, tmp_path: Path) -> None:
    rows = _written(clsbench, tmp_path / "in", "limit=9")
    np.save(tmp_path / "in" / "scores-0000.npy", np.full((len(rows), 10), 0.1, np.float32))
    ended = clsbench("engine=scores", f"engine.path={tmp_path}/in", "limit=9", "preprocessing=torch")
    assert ended.code == 1
    assert "a view is not among its 9" in ended.said
    assert "Traceback" not in ended.said


def test_a_devices_own_times_are_a_timing(clsbench: Cli, tmp_path: Path) -> None:
    (tmp_path / "times.csv").write_text("milliseconds\n2.0\n4.0\n3.0\n")
    ended = clsbench("task=time", "engine=scores", f"engine.timings={tmp_path}/times.csv", "device=my-npu")
    assert ended.code == 0, ended.said
    assert ended.run.data.metrics["forward_ms_p50"] == 3.0
    assert ended.run.data.tags["hardware"] == "my-npu"
