"""Training files of the shapes that people have: ours gives what real pycaffe's TEST net gives, or says why not."""

import json
import os
import subprocess
from pathlib import Path

import cv2
import numpy as np
import pytest
from datums import datum, written_lmdb
from pycaffe_oracle import run_onnx

from clsbench.caffe.caffemodel import read_caffemodel
from clsbench.caffe.heads import with_head
from clsbench.caffe.prototxt import read_prototxt
from clsbench.caffe.shapes import output_of
from clsbench.caffe.weights import attach
from clsbench.errors import NetError
from clsbench.zoo.main_output import with_main_output_only

pytestmark = pytest.mark.pycaffe

FC = "type: 'InnerProduct' inner_product_param { num_output: 7 weight_filler { type: 'xavier' } }"
CONV = "type: 'Convolution' convolution_param { num_output: 4 kernel_size: 3 weight_filler { type: 'xavier' } }"
DATA = """layer { name: 'd' type: 'ImageData' top: 'data' top: 'label' include { phase: TEST }
    transform_param { crop_size: 12 } image_data_param { source: 'list.txt' } }
    """
NOT_TRAIN = """layer { name: 'd' type: 'ImageData' top: 'data' top: 'label' include { phase: TRAIN }
    image_data_param { source: 'train.txt' batch_size: 64 } }
    """
HEAD = f"layer {{ name: 'fc' bottom: 'data' top: 'fc' {FC} }} "
LOSS = "layer { name: 'loss' type: 'SoftmaxWithLoss' bottom: 'fc' bottom: 'label' top: 'loss' } "
TOP1 = "layer { name: 'top1' type: 'Accuracy' bottom: 'fc' bottom: 'label' top: 'top1' include { phase: TEST } } "

# text, and the blob before our Softmax in Caffe's net
SAME = {
    "phases by include": (NOT_TRAIN + DATA + HEAD + TOP1 + LOSS, "fc"),
    "phases by exclude": (DATA.replace("include { phase: TEST }", "exclude { phase: TRAIN }") + HEAD + LOSS, "fc"),
    "the loss in training alone": (
        DATA + HEAD + TOP1 + LOSS.replace("top: 'loss'", "top: 'loss' include { phase: TRAIN }")
        + "layer { name: 'prob' type: 'Softmax' bottom: 'fc' top: 'prob' include { phase: TEST } }",
        "fc",
    ),
    "a stage": (
        DATA + "layer { name: 'x' type: 'ReLU' bottom: 'data' top: 'x' include { stage: 'deploy' } } " + HEAD + LOSS,
        "fc",
    ),
    "not a stage": (
        DATA + f"layer {{ name: 'fc' bottom: 'data' top: 'fc' {FC} exclude {{ stage: 'other' }} }}" + LOSS,
        "fc",
    ),
    "a level": (
        DATA + "layer { name: 'x' type: 'ReLU' bottom: 'data' top: 'data' include { min_level: 1 } } " + HEAD + LOSS,
        "fc",
    ),
    "two accuracies and a weight of the loss": (
        DATA + HEAD + TOP1 + TOP1.replace("top1", "top5").replace("} }", "} accuracy_param { top_k: 5 } }")
        + LOSS.replace("top: 'loss'", "top: 'loss' loss_weight: 0.5"),
        "fc",
    ),
    "side heads": (
        DATA + f"layer {{ name: 'c' bottom: 'data' top: 'c' {CONV} }}"
        + f"layer {{ name: 'side' bottom: 'c' top: 'side' {FC} }}"
        + "layer { name: 'l1' type: 'SoftmaxWithLoss' bottom: 'side' bottom: 'label' top: 'l1' loss_weight: 0.3 } "
        + f"layer {{ name: 'fc' bottom: 'c' top: 'fc' {FC} }}" + LOSS + TOP1,
        "fc",
    ),
    "one data layer for both phases": (DATA.replace("include { phase: TEST }", "") + HEAD + LOSS, "fc"),
    "an LMDB with a size": (
        "layer { name: 'd' type: 'Data' top: 'data' top: 'label' transform_param { crop_size: 12 scale: 0.01 } "
        "data_param { source: 'db' batch_size: 1 backend: LMDB } }" + HEAD + LOSS,
        "fc",
    ),
    "memory data": (
        "layer { name: 'd' type: 'DummyData' top: 'data' top: 'label' dummy_data_param { shape { dim: 1 dim: 3 dim: 12 "
        "dim: 12 } shape { dim: 1 } data_filler { type: 'gaussian' } data_filler { value: 0 } } }" + HEAD + LOSS,
        "fc",
    ),
    "a label that a layer reshapes": (
        DATA + "layer { name: 'r' type: 'Flatten' bottom: 'label' top: 'flat' flatten_param { axis: 0 } } " + HEAD
        + LOSS.replace("bottom: 'label'", "bottom: 'flat'"),
        "fc",
    ),
    "a silenced label": (
        DATA + HEAD + "layer { name: 's' type: 'Silence' bottom: 'label' } "
        + "layer { name: 'prob' type: 'Softmax' bottom: 'fc' top: 'prob' }",
        "fc",
    ),
    "layers in place, dropout and statistics": (
        DATA + f"layer {{ name: 'c' bottom: 'data' top: 'c' {CONV} }}"
        + "layer { name: 'bn' type: 'BatchNorm' bottom: 'c' top: 'c' } "
        + "layer { name: 'r' type: 'ReLU' bottom: 'c' top: 'c' } "
        + "layer { name: 'drop' type: 'Dropout' bottom: 'c' top: 'c' }"
        + f"layer {{ name: 'fc' bottom: 'c' top: 'fc' {FC} }}" + LOSS,
        "fc",
    ),
    "a split that the writer made": (
        DATA + HEAD + "layer { name: 'sp' type: 'Split' bottom: 'fc' top: 'fc_a' top: 'fc_b' } "
        + LOSS.replace("'fc'", "'fc_a'") + TOP1.replace("'fc'", "'fc_b'"),
        "fc",
    ),
    "the older format": (
        "layers { name: 'd' type: IMAGE_DATA top: 'data' top: 'label' include { phase: TEST } "
        "transform_param { crop_size: 12 } image_data_param { source: 'list.txt' } } "
        "layers { name: 'fc' type: INNER_PRODUCT bottom: 'data' top: 'fc' blobs_lr: 1 blobs_lr: 2 "
        "inner_product_param { num_output: 7 weight_filler { type: 'xavier' } } } "
        "layers { name: 'loss' type: SOFTMAX_LOSS bottom: 'fc' bottom: 'label' }",
        "fc",
    ),
}  # fmt: skip
REFUSED = {
    "a detector": (DATA + "layer { name: 'p' type: 'PriorBox' bottom: 'data' top: 'p' }", "a detector's layer"),
    "a layer in Python": (
        DATA + "layer { name: 'p' type: 'Python' bottom: 'data' top: 'p' python_param { module: 'mine' layer: 'L' } }",
        "mine.L is a layer in Python",
    ),
    "a solver": ("net: 'train_val.prototxt' base_lr: 0.1", "this is a solver"),
    "statistics of the batch": (
        DATA + "layer { name: 'bn' type: 'BatchNorm' bottom: 'data' top: 'bn' batch_norm_param { use_global_stats: "
        "false } }" + HEAD.replace("bottom: 'data'", "bottom: 'bn'") + LOSS,
        "use_global_stats: false",
    ),
}

_SCRIPT = """
import json, sys
import caffe
import numpy as np

for path, blob in json.loads(sys.argv[1]):
    net = caffe.Net(path, caffe.TEST)
    net.save(path + ".caffemodel")
    net.forward()
    np.savez(path + ".npz", data=net.blobs["data"].data, scores=net.blobs[blob].data)
"""


@pytest.fixture(scope="module")
def folder(caffe_python: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Each file, its weights, and what Caffe's own TEST net makes of one image."""
    made = tmp_path_factory.mktemp("files")
    image = np.random.default_rng(0).integers(0, 256, (12, 12, 3), np.uint8)
    cv2.imwrite(str(made / "0.png"), image)
    (made / "list.txt").write_text("0.png 3\n")
    written_lmdb(made / "db", [datum(image, 3)])
    for name, (text, _) in SAME.items():
        (made / f"{name}.prototxt").write_text(text)
    given = json.dumps([(f"{name}.prototxt", blob) for name, (_, blob) in SAME.items()])
    ended = subprocess.run(
        [caffe_python, "-c", _SCRIPT, given],
        cwd=made,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "GLOG_minloglevel": "2"},
    )
    assert ended.returncode == 0, ended.stderr[-2000:]
    return made


@pytest.mark.parametrize("name", SAME)
def test_a_file_gives_what_caffes_own_test_net_gives(folder: Path, tmp_path: Path, name: str) -> None:
    path = folder / f"{name}.prototxt"
    net = attach(read_prototxt(path), read_caffemodel(Path(f"{path}.caffemodel")), "weights")
    head = with_main_output_only(net)
    output, shape = output_of(head)
    with np.load(f"{path}.npz") as theirs:
        (scores,) = run_onnx(head, {"data": theirs["data"]}, tmp_path / "net.onnx").values()
        expected = np.exp(theirs["scores"] - theirs["scores"].max())
    assert shape[1:] == (7,)
    np.testing.assert_allclose(scores, expected / expected.sum(), rtol=1e-4, atol=1e-6, err_msg=output)


def test_another_head_can_be_chosen(folder: Path) -> None:
    net = read_prototxt(folder / "side heads.prototxt")
    assert output_of(with_head(net, "l1"))[1] == (1, 7)


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_is_no_classifiers_says_so_in_one_line(tmp_path: Path, name: str) -> None:
    text, said = REFUSED[name]
    (tmp_path / "net.prototxt").write_text(text)
    with pytest.raises(NetError, match=said) as error:
        read_prototxt(tmp_path / "net.prototxt")
    assert "\n" not in str(error.value)


def test_there_are_twenty_of_them() -> None:
    assert len(SAME) + len(REFUSED) == 20
