"""Which of a network's outputs is scored: a head by name, or all places of a fully convolutional one."""

from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from command_line import Cli, Ended
from mlflow.entities import Run

CONV = (
    "layer {{ name: '{0}' type: 'Convolution' bottom: 'data' top: '{0}'"
    "  convolution_param {{ num_output: 5 kernel_size: 7 stride: 7 }} }}"
)
SOFTMAX = "layer {{ name: '{0}_prob' type: 'Softmax' bottom: '{0}' top: '{0}_prob' }}"
FLAT = (
    "layer {{ name: '{0}_ip' type: 'InnerProduct' bottom: '{0}' top: '{0}_ip'"
    "  inner_product_param {{ num_output: 10 }} }}"
)
COMMON = ["model.weights=random", "dataset=digits", "model.label_order=null", "preprocessing=digits", "limit=20"]


def written(folder: Path, *layers: str) -> Path:
    path = folder / "deploy.prototxt"
    path.write_text("name: 'n' input: 'data' input_shape { dim: 1 dim: 3 dim: 28 dim: 28 }" + "".join(layers))
    return path


def two_heads(folder: Path) -> Path:
    heads = [part.format(name) for name in ("early", "late") for part in (CONV, FLAT)]
    softmax = [SOFTMAX.format(f"{name}_ip") for name in ("early", "late")]
    return written(folder, *heads, *softmax)


def best(ended: Ended) -> list[list[float]]:
    assert ended.code == 0, ended.said
    run: Run = ended.runs[0]
    path = Path(str(run.info.artifact_uri).removeprefix("file://")) / "predictions.parquet"
    return [list(each) for each in pq.read_table(path).to_pydict()["top5_probability"]]


@pytest.mark.pycaffe
def test_a_head_is_chosen_by_the_name_of_its_blob_on_every_engine(clsbench: Cli, tmp_path: Path) -> None:
    own = ["model=custom", f"model.prototxt={two_heads(tmp_path)}", *COMMON]
    late, early = best(clsbench(*own)), best(clsbench(*own, "model.output=early_ip_prob"))
    on_caffe = best(clsbench(*own, "model.output=early_ip_prob", "engine=caffe"))
    assert not np.allclose(late, early)
    np.testing.assert_allclose(early, on_caffe, atol=1e-5)


def test_an_unknown_head_lists_those_that_there_are(clsbench: Cli, tmp_path: Path) -> None:
    ended = clsbench("model=custom", f"model.prototxt={two_heads(tmp_path)}", *COMMON, "model.output=early_ip_prop")
    assert ended.code == 1
    assert "its heads: early_ip_prob, late_ip_prob; did you mean early_ip_prob?" in ended.said


@pytest.mark.pycaffe
@pytest.mark.parametrize("dense", ["mean", "max"])
def test_the_scores_of_all_places_become_one_a_class_on_every_engine(clsbench: Cli, tmp_path: Path, dense: str) -> None:
    conv = CONV.format("conv").replace("num_output: 5", "num_output: 10")
    own = ["model=custom", f"model.prototxt={written(tmp_path, conv, SOFTMAX.format('conv'))}", *COMMON]
    ours = best(clsbench(*own, f"model.dense={dense}"))
    np.testing.assert_allclose(ours, best(clsbench(*own, f"model.dense={dense}", "engine=caffe")), atol=1e-5)
    if dense == "mean":
        assert all(sum(each) <= 1 + 1e-6 for each in ours)


def test_without_it_the_error_says_what_to_say(clsbench: Cli, tmp_path: Path) -> None:
    conv = CONV.format("conv").replace("num_output: 5", "num_output: 10")
    ended = clsbench("model=custom", f"model.prototxt={written(tmp_path, conv, SOFTMAX.format('conv'))}", *COMMON)
    assert ended.code == 1
    assert "has shape (1, 10, 4, 4)" in ended.said
    assert "set model.dense=mean or model.dense=max" in ended.said
