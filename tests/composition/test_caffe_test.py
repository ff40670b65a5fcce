"""``caffe test`` and clsbench give one training file the same answer, with nothing but the file and its weights."""

from pathlib import Path

import cv2
import h5py
import numpy as np
import pyarrow.parquet as pq
import pytest
from caffe_test import CaffeTest
from command_line import Cli
from datums import datum, encoded_datum, float_datum, written_leveldb, written_lmdb

from clsbench.caffe.wire_writer import bytes_field, varint

pytestmark = pytest.mark.pycaffe

COUNT = 24
WAYS = {
    "mean values": ("crop_size: 227 mean_value: 104 mean_value: 117 mean_value: 123", "new_height: 256 new_width: 256"),
    "a mean file": ("crop_size: 227 mean_file: 'mean.binaryproto'", "new_height: 256 new_width: 256"),
    "a scale": ("mean_value: 110 scale: 0.5", "new_height: 227 new_width: 227"),
}


def training_file(folder: Path, shared: Path, transform: str, sizes: str) -> Path:
    """SqueezeNet's deploy file with a data layer in front and two accuracies behind, reading a list of photographs."""
    deploy = (shared / "squeezenet" / "deploy.prototxt").read_text()
    layers = deploy[deploy.index("layer") :]
    listed = (shared / "imagenet_sample" / "val_ilsvrc2012_order.txt").read_text().splitlines()[:COUNT]
    for number, line in enumerate(listed):  # PNG: pycaffe's libjpeg is another version, and some of its pixels differ
        photograph = cv2.imread(str(shared / "imagenet_sample" / "images" / line.rpartition(" ")[0]))
        assert photograph is not None
        cv2.imwrite(str(folder / f"{number}.png"), photograph)
    labels = (line.rpartition(" ")[2] for line in listed)
    (folder / "list.txt").write_text("".join(f"{number}.png {label}\n" for number, label in enumerate(labels)))
    mean = cv2.GaussianBlur(np.random.default_rng(0).uniform(60, 160, (256, 256, 3)), (31, 31), 0)
    written_mean(folder / "mean.binaryproto", mean.transpose(2, 0, 1))
    path = folder / "train_val.prototxt"
    path.write_text(f"""
        layer {{ name: 'data' type: 'ImageData' top: 'data' top: 'label' include {{ phase: TEST }}
          transform_param {{ {transform} }}
          image_data_param {{ source: 'list.txt' {sizes} }} }}
        {layers}
        layer {{ name: 'top1' type: 'Accuracy' bottom: 'prob' bottom: 'label' top: 'top1' }}
        layer {{ name: 'top5' type: 'Accuracy' bottom: 'prob' bottom: 'label' top: 'top5'
          accuracy_param {{ top_k: 5 }} }}""")
    return path


def written_mean(path: Path, mean: np.ndarray) -> None:
    """``mean`` (channel, height, width) as compute_image_mean writes it."""
    shape = b"".join(varint(number << 3) + varint(side) for number, side in enumerate((1, *mean.shape), start=1))
    path.write_bytes(shape + bytes_field(5, mean.astype("<f4").tobytes()))


@pytest.mark.shared
@pytest.mark.parametrize("engine", ["onnxruntime", "caffe"])
@pytest.mark.parametrize("way", WAYS)
def test_a_training_file_and_its_weights_are_enough(
    clsbench: Cli, caffe_test: CaffeTest, shared: Path, tmp_path: Path, *, way: str, engine: str
) -> None:
    path = training_file(tmp_path, shared, *WAYS[way])
    weights = shared / "squeezenet" / "squeezenet_v1.0.caffemodel"
    theirs = caffe_test(path, weights, COUNT, "prob", "top1", "top5")

    ended = clsbench(f"model.prototxt={path}", f"model.weights={weights}", f"engine={engine}")

    assert ended.code == 0, ended.said
    errors = [ended.run.data.metrics[f"top{k}_error"] for k in (1, 5)]
    assert errors == pytest.approx([100 * (1 - float(theirs[f"top{k}"].mean())) for k in (1, 5)], abs=1e-4)
    predictions = pq.read_table(ended.artifact("predictions.parquet")).to_pydict()
    scores = theirs["prob"].reshape(COUNT, -1)
    assert [best[0] for best in predictions["top5"]] == scores.argmax(axis=1).tolist()
    best = [probabilities[0] for probabilities in predictions["top5_probability"]]
    assert best == pytest.approx(scores.max(axis=1).tolist(), abs=1e-4)


LENET = """
    layer {{ name: 'mnist' type: 'Data' top: 'data' top: 'label' include {{ phase: TRAIN }}
      transform_param {{ scale: 0.00390625 }} data_param {{ source: 'train_lmdb' batch_size: 64 backend: LMDB }} }}
    layer {{ name: 'mnist' type: 'Data' top: 'data' top: 'label' include {{ phase: TEST }}
      transform_param {{ scale: 0.00390625 {transform} }}
      data_param {{ source: 'test_lmdb' batch_size: 1 backend: LMDB }} }}
    layer {{ name: 'conv1' type: 'Convolution' bottom: 'data' top: 'conv1' param {{ lr_mult: 1 }} param {{ lr_mult: 2 }}
      convolution_param {{ num_output: 6 kernel_size: 5 weight_filler {{ type: 'xavier' }} }} }}
    layer {{ name: 'pool1' type: 'Pooling' bottom: 'conv1' top: 'pool1'
      pooling_param {{ pool: MAX kernel_size: 2 stride: 2 }} }}
    layer {{ name: 'ip1' type: 'InnerProduct' bottom: 'pool1' top: 'ip1'
      inner_product_param {{ num_output: 10 weight_filler {{ type: 'xavier' }} }} }}
    layer {{ name: 'accuracy' type: 'Accuracy' bottom: 'ip1' bottom: 'label' top: 'accuracy'
      include {{ phase: TEST }} }}
    layer {{ name: 'loss' type: 'SoftmaxWithLoss' bottom: 'ip1' bottom: 'label' top: 'loss' }}
    """


@pytest.mark.parametrize("engine", ["onnxruntime", "caffe"])
@pytest.mark.parametrize(
    ("channels", "transform", "encoded"),
    [(1, "", False), (3, "crop_size: 25 mean_value: 33", False), (3, "force_gray: true crop_size: 28", True)],
)
def test_lenets_train_test_file_on_an_lmdb(
    clsbench: Cli,
    caffe_test: CaffeTest,
    tmp_path: Path,
    *,
    channels: int,
    transform: str,
    encoded: bool,
    engine: str,
) -> None:
    random = np.random.default_rng(0)
    images = [random.integers(0, 256, (28, 28, channels), np.uint8) for _ in range(COUNT)]
    write = encoded_datum if encoded else datum
    written_lmdb(tmp_path / "test_lmdb", [write(image, number % 10) for number, image in enumerate(images)])
    path = tmp_path / "lenet_train_test.prototxt"
    path.write_text("name: 'LeNet'" + LENET.format(transform=transform))
    weights = tmp_path / "lenet.caffemodel"
    theirs = caffe_test(path, weights, COUNT, "ip1", "accuracy", save=True)

    ended = clsbench(f"model.prototxt={path}", f"model.weights={weights}", f"engine={engine}")

    assert ended.code == 0, ended.said
    assert ended.run.data.metrics["top1_error"] == pytest.approx(100 * (1 - float(theirs["accuracy"].mean())), abs=1e-4)
    predictions = pq.read_table(ended.artifact("predictions.parquet")).to_pydict()
    assert [best[0] for best in predictions["top5"]] == theirs["ip1"].reshape(COUNT, 10).argmax(axis=1).tolist()


@pytest.mark.parametrize("engine", ["onnxruntime", "caffe"])
@pytest.mark.parametrize("kind", ["leveldb", "floats", "hdf5"])
def test_a_leveldb_float_datums_and_hdf5_with_any_number_of_channels(
    clsbench: Cli, caffe_test: CaffeTest, tmp_path: Path, *, kind: str, engine: str
) -> None:
    channels = 3 if kind == "leveldb" else 5
    random = np.random.default_rng(0)
    numbers = random.uniform(0, 256, (COUNT, 12, 12, channels)).astype(np.float32)
    labels = random.integers(0, 10, COUNT)
    if kind == "hdf5":
        with h5py.File(tmp_path / "val.h5", "w") as file:
            file["data"], file["label"] = numbers.transpose(0, 3, 1, 2), labels.astype(np.float32)
        (tmp_path / "val.txt").write_text("val.h5\n")
        data = "type: 'HDF5Data' hdf5_data_param { source: 'val.txt' batch_size: 1 }"
    elif kind == "leveldb":
        written_leveldb(tmp_path / "val", map(datum, numbers.astype(np.uint8), labels.tolist()))
        data = "type: 'Data' transform_param { mean_value: 99 } data_param { source: 'val' batch_size: 1 }"
    else:
        written_lmdb(tmp_path / "val", map(float_datum, numbers, labels.tolist()))
        data = """type: 'Data' transform_param { mean_value: 99 scale: 0.25 crop_size: 9 }
            data_param { source: 'val' batch_size: 1 backend: LMDB }"""
    path = tmp_path / "train_val.prototxt"
    path.write_text(f"""
        layer {{ name: 'data' top: 'data' top: 'label' include {{ phase: TEST }} {data} }}
        layer {{ name: 'fc' type: 'InnerProduct' bottom: 'data' top: 'fc'
          inner_product_param {{ num_output: 10 weight_filler {{ type: 'xavier' }} }} }}
        layer {{ name: 'loss' type: 'SoftmaxWithLoss' bottom: 'fc' bottom: 'label' top: 'loss' }}
        layer {{ name: 'accuracy' type: 'Accuracy' bottom: 'fc' bottom: 'label' top: 'accuracy' }}""")
    weights = tmp_path / "net.caffemodel"
    theirs = caffe_test(path, weights, COUNT, "fc", "accuracy", save=True)

    ended = clsbench(f"model.prototxt={path}", f"model.weights={weights}", f"engine={engine}")

    assert ended.code == 0, ended.said
    assert ended.run.data.metrics["top1_error"] == pytest.approx(100 * (1 - float(theirs["accuracy"].mean())), abs=1e-4)
    predictions = pq.read_table(ended.artifact("predictions.parquet")).to_pydict()
    assert [best[0] for best in predictions["top5"]] == theirs["fc"].reshape(COUNT, 10).argmax(axis=1).tolist()
