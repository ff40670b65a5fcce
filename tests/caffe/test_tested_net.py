"""The TEST net of a training file as a classifier."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from clsbench.caffe.caffemodel import read_caffemodel
from clsbench.caffe.net import Net
from clsbench.caffe.prototxt import data_layers, parse_prototxt, read_prototxt
from clsbench.caffe.weights import attach
from clsbench.errors import NetError
from clsbench.onnx_export import export_onnx

IP = "layer { name: 'ip' type: 'InnerProduct' bottom: 'data' top: 'ip' inner_product_param { num_output: 4 } }"
LOSS = "layer { name: 'loss' type: 'SoftmaxWithLoss' bottom: 'ip' bottom: 'label' top: 'loss' }"
ACCURACY = (
    "layer { name: 'top5' type: 'Accuracy' bottom: 'ip' bottom: 'label' top: 'top5' accuracy_param { top_k: 2 } }"
)


def data(body: str, type_: str = "Data", rules: str = "include { phase: TEST }") -> str:
    return f"layer {{ name: 'data' type: '{type_}' top: 'data' top: 'label' {rules} {body} }}"


def shown(net: Net) -> list[tuple[str, str, tuple[str, ...], tuple[str, ...]]]:
    return [(layer.name, layer.type, layer.bottoms, layer.tops) for layer in net.layers]


CROP = "transform_param { crop_size: 8 mean_value: 104 scale: 0.5 mirror: true }"


def test_data_becomes_the_input_the_loss_a_softmax_and_the_accuracy_leaves() -> None:
    train = data("transform_param { crop_size: 99 }", rules="include { phase: TRAIN }")
    net = parse_prototxt(f"name: 'n' {train} {data(CROP)} {IP} {ACCURACY} {LOSS}", "net.prototxt")
    assert net.inputs == {"data": (1, 3, 8, 8)}
    assert shown(net) == [
        ("ip", "InnerProduct", ("data",), ("ip",)),
        ("loss", "Softmax", ("ip",), ("loss_prob",)),
    ]


@pytest.mark.parametrize(
    ("type_", "body", "shape"),
    [
        ("Data", "transform_param { crop_size: 8 force_gray: true }", (1, 1, 8, 8)),
        ("ImageData", "image_data_param { new_height: 6 new_width: 7 source: 'list.txt' }", (1, 3, 6, 7)),
        ("ImageData", "image_data_param { new_height: 9 new_width: 9 is_color: false }", (1, 1, 9, 9)),
        ("ImageData", "image_data_param { new_height: 9 new_width: 9 } transform_param { crop_size: 5 }", (1, 3, 5, 5)),
        ("MemoryData", "memory_data_param { batch_size: 4 channels: 2 height: 5 width: 6 }", (1, 2, 5, 6)),
        ("DummyData", "dummy_data_param { shape { dim: 2 dim: 3 dim: 4 dim: 4 } shape { dim: 2 } }", (2, 3, 4, 4)),
        ("DummyData", "dummy_data_param { num: 2 channels: 3 height: 4 width: 5 }", (2, 3, 4, 5)),
        ("HDF5Data", "transform_param { crop_size: 8 } hdf5_data_param { source: 'files.txt' }", (1, 3, 8, 8)),
    ],
)
def test_every_data_layer_gives_the_shape_of_its_images(type_: str, body: str, shape: tuple[int, ...]) -> None:
    assert parse_prototxt(data(body, type_) + IP + LOSS, "net.prototxt").inputs == {"data": shape}


def test_the_older_format_is_read_likewise() -> None:
    text = """
        layers { name: 'd' type: DATA top: 'data' top: 'label' data_param { source: 'x' crop_size: 8 scale: 0.25 } }
        layers { name: 'ip' type: INNER_PRODUCT bottom: 'data' top: 'ip' inner_product_param { num_output: 4 } }
        layers { name: 'loss' type: SOFTMAX_LOSS bottom: 'ip' bottom: 'label' }
    """
    net = parse_prototxt(text, "net.prototxt")
    assert net.inputs == {"data": (1, 3, 8, 8)}
    assert [layer.type for layer in net.layers] == ["InnerProduct", "Softmax"]


def test_a_second_top_of_the_loss_names_the_probabilities() -> None:
    loss = LOSS.replace("top: 'loss'", "top: 'loss' top: 'prob' loss_weight: 1 loss_weight: 0")
    assert parse_prototxt(data(CROP) + IP + loss, "net.prototxt").layers[-1].tops == ("prob",)


def test_a_softmax_that_is_there_already_is_not_made_again() -> None:
    softmax = "layer { name: 'prob' type: 'Softmax' bottom: 'ip' top: 'prob' }"
    net = parse_prototxt(data(CROP) + IP + softmax + LOSS, "net.prototxt")
    assert [layer.name for layer in net.layers] == ["ip", "prob"]


def test_two_losses_of_the_same_scores_give_one_softmax() -> None:
    net = parse_prototxt(data(CROP) + IP + LOSS + LOSS.replace("name: 'loss'", "name: 'again'"), "net.prototxt")
    assert [layer.name for layer in net.layers] == ["ip", "loss"]


def test_what_reads_labels_or_losses_leaves() -> None:
    more = (
        "layer { name: 'l' type: 'Flatten' bottom: 'label' top: 'flat' }"
        "layer { name: 's' type: 'Silence' bottom: 'flat' }"
        "layer { name: 't' type: 'Silence' bottom: 'loss' }"
    )
    net = parse_prototxt(data(CROP) + IP + LOSS + more, "net.prototxt")
    assert [layer.name for layer in net.layers] == ["ip", "loss"]


def test_labels_that_are_an_input_leave_with_the_loss() -> None:
    inputs = "input: 'data' input_shape { dim: 1 dim: 3 dim: 8 dim: 8 } input: 'label' input_shape { dim: 1 }"
    assert list(parse_prototxt(inputs + IP + LOSS, "net.prototxt").inputs) == ["data"]


def test_a_data_layer_that_does_not_say_the_size_is_refused_with_the_cure() -> None:
    with pytest.raises(NetError, match=r"layer 'data': the size of this Data layer's images .* crop_size"):
        parse_prototxt(data("data_param { source: 'lmdb' }") + IP + LOSS, "net.prototxt")


def test_a_wrong_field_of_a_data_layer_is_named() -> None:
    with pytest.raises(NetError, match="crop_size: must be a whole number, not wide"):
        parse_prototxt(data("transform_param { crop_size: wide }") + IP + LOSS, "net.prototxt")


def test_the_transform_is_that_of_the_test_net(tmp_path: Path) -> None:
    train = data("transform_param { mean_file: 'm.binaryproto' }", rules="include { phase: TRAIN }")
    path = tmp_path / "train_val.prototxt"
    path.write_text(train + data(CROP) + IP + LOSS)
    (layer,) = data_layers(path)
    transform = layer.transform
    assert (transform.mean, transform.mean_file, transform.scale, transform.mirror) == ((104.0,), None, 0.5, True)


def test_a_deploy_prototxt_has_no_transform(tmp_path: Path) -> None:
    path = tmp_path / "deploy.prototxt"
    path.write_text("input: 'data' input_shape { dim: 1 dim: 3 dim: 8 dim: 8 }" + IP)
    assert data_layers(path) == ()


_IN_CAFFE = """
import sys, numpy as np, caffe
prototxt, weights, found = sys.argv[1:]
net = caffe.Net(prototxt, caffe.TEST)
net.forward()
net.save(weights)
images = np.random.RandomState(0).randn(*net.blobs["data"].data.shape).astype("f")
net.blobs["data"].data[...] = images
net.forward(start="conv")
np.savez(found, images=images, loss=net.blobs["loss"].data, top2=net.blobs["top5"].data)
"""
_CONV = """layer { name: 'conv' type: 'Convolution' bottom: 'data' top: 'conv'
                   convolution_param { num_output: 5 kernel_size: 3 weight_filler { type: 'xavier' } } }
           layer { name: 'relu' type: 'ReLU' bottom: 'conv' top: 'conv' }"""
_HEAD = """layer { name: 'ip' type: 'InnerProduct' bottom: 'conv' top: 'ip'
                   inner_product_param { num_output: 4 weight_filler { type: 'xavier' } } }"""


@pytest.mark.pycaffe
def test_the_probabilities_give_the_loss_and_the_accuracy_that_real_pycaffe_computes(
    caffe_python: Path, tmp_path: Path, run_exported: Callable[[Net, np.ndarray], np.ndarray]
) -> None:
    filler = "data_filler { type: 'gaussian' } data_filler { type: 'constant' }"
    body = f"dummy_data_param {{ {filler} shape {{ dim: 20 dim: 3 dim: 6 dim: 6 }} shape {{ dim: 20 }} }}"
    train = data("transform_param { crop_size: 6 } data_param { source: 'none' }", rules="include { phase: TRAIN }")
    path, weights, found = (tmp_path / name for name in ("train_val.prototxt", "net.caffemodel", "found.npz"))
    path.write_text(train + data(body, "DummyData") + _CONV + _HEAD + ACCURACY + LOSS)
    subprocess.run([caffe_python, "-c", _IN_CAFFE, path, weights, found], check=True, capture_output=True)
    with np.load(found) as theirs:
        images, loss, top2 = (theirs[name] for name in ("images", "loss", "top2"))
    net = attach(read_prototxt(path), read_caffemodel(weights), str(weights))
    scores = run_exported(net, images)
    assert -np.log(scores[:, 0]).mean() == pytest.approx(float(loss), abs=1e-5)  # all labels are 0
    assert (np.argsort(-scores)[:, :2] == 0).any(axis=1).mean() == pytest.approx(float(top2))


@pytest.fixture
def run_exported(tmp_path: Path) -> Callable[[Net, np.ndarray], np.ndarray]:
    onnxruntime = pytest.importorskip("onnxruntime")

    def run(net: Net, images: np.ndarray) -> np.ndarray:
        export_onnx(net, tmp_path / "net.onnx")
        session = onnxruntime.InferenceSession(tmp_path / "net.onnx", providers=["CPUExecutionProvider"])
        return np.asarray(session.run(None, {"data": images})[0])

    return run
