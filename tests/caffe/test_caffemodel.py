import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from clsbench.caffe.caffemodel import read_caffemodel
from clsbench.errors import WeightsError

Encode = Callable[[int, int | float | bytes], bytes]

LAYERS, LAYER = 2, 100
NUMBERS = np.arange(4, dtype=np.float32)


@pytest.fixture
def blob(field: Encode) -> bytes:
    """A BlobProto of four numbers."""
    return field(7, field(1, bytes([4]))) + field(5, NUMBERS.tobytes())


def _refusal(path: Path, data: bytes) -> str:
    path.write_bytes(data)
    with pytest.raises(WeightsError) as caught:
        read_caffemodel(path)
    assert str(caught.value).startswith(str(path))
    return str(caught.value)


def test_both_formats_give_blobs_by_layer_name(tmp_path: Path, field: Encode, blob: bytes) -> None:
    new = field(LAYER, field(1, b"a") + field(2, b"Convolution") + field(7, blob) + field(7, blob))
    old = field(LAYERS, field(6, blob) + field(4, b"conv/\xc3\xa9") + field(5, 4))
    path = tmp_path / "x.caffemodel"
    path.write_bytes(field(1, b"net") + new + old + field(LAYER, field(1, b"relu") + field(2, b"ReLU")))
    weights = read_caffemodel(path)
    assert {name: len(blobs) for name, blobs in weights.items()} == {"a": 2, "conv/é": 1}
    assert (weights["a"][1] == NUMBERS).all()


def test_layers_without_numbers_are_left_out_even_twice(tmp_path: Path, field: Encode, blob: bytes) -> None:
    path = tmp_path / "x.caffemodel"
    data = field(LAYER, field(1, b"data") + field(7, b""))
    path.write_bytes(data + data + field(LAYER, field(1, b"a") + field(7, blob)))
    assert list(read_caffemodel(path)) == ["a"]


def test_two_layers_of_one_name_are_ambiguous(tmp_path: Path, field: Encode, blob: bytes) -> None:
    layer = field(LAYER, field(1, b"a") + field(7, blob))
    assert "two layers named 'a'" in _refusal(tmp_path / "x", layer + layer)


def test_what_is_no_caffemodel_is_called_by_its_name(tmp_path: Path, field: Encode, blob: bytes) -> None:
    path = tmp_path / "x.caffemodel"
    layer = field(LAYER, field(1, b"a") + field(7, blob))
    for data, words in [
        (b"", "the file is empty"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 5\n", "git lfs pull"),
        (b"\n<!DOCTYPE html><html>\xc3\xa9", "a web page"),
        (b"<html>", "a web page"),
        (b"name: 'net'\ninput: 'data'\n", "a text file, not a caffemodel; a prototxt goes to model.prototxt"),
        (bytes(1000), "field number 0"),
        (field(1, b"net"), "holds no layers"),
        (layer[:-1], "damaged, or not a caffemodel: field 100 says"),
        (field(LAYER, field(1, b"a") + field(7, blob[:-1])), "damaged"),
        (
            field(LAYER, field(1, b"a") + field(7, field(7, field(1, 9)) + blob)),
            "layer 'a': a blob is declared with shape",
        ),
        (field(LAYER, field(1, b"\xff") + field(7, blob)), "is not text"),
        (field(LAYERS, field(1, field(50, blob))), "oldest format"),
    ]:
        assert words in _refusal(path, data)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "absent"):
        with pytest.raises(WeightsError, match="there is no such file"):
            read_caffemodel(path)


_DUMP = """
import sys
import numpy
import caffe
net = caffe.Net(sys.argv[1], caffe.TEST, weights=sys.argv[2])
blobs = [(name, index, blob) for name, blobs in net.params.items() for index, blob in enumerate(blobs)]
numpy.savez(sys.argv[3], **{"%s %d" % (name.replace("/", "|"), index): blob.data for name, index, blob in blobs})
"""

_AS_OLD = """
import sys
from caffe.proto import caffe_pb2
net = caffe_pb2.NetParameter()
net.ParseFromString(open(sys.argv[1], "rb").read())
old = caffe_pb2.NetParameter(name=net.name)
for index, layer in enumerate(net.layer):
    twin = old.layers.add(name=layer.name, type=caffe_pb2.V1LayerParameter.CONVOLUTION)
    for blob in layer.blobs:
        copy = twin.blobs.add()
        shape = ([1, 1, 1, 1] + list(blob.shape.dim or [blob.num, blob.channels, blob.height, blob.width]))[-4:]
        copy.num, copy.channels, copy.height, copy.width = shape
        (copy.double_data if index % 2 else copy.data).extend(blob.data)
open(sys.argv[2], "wb").write(old.SerializeToString())
"""


def _pycaffe(python: Path, program: str, *arguments: Path) -> None:
    subprocess.run([python, "-c", program, *arguments], check=True, env={**os.environ, "GLOG_minloglevel": "2"})


@pytest.mark.shared
@pytest.mark.pycaffe
def test_real_weights_are_the_numbers_that_pycaffe_loads(shared: Path, caffe_python: Path, tmp_path: Path) -> None:
    prototxt, model = (shared / "squeezenet" / name for name in ("deploy.prototxt", "squeezenet_v1.0.caffemodel"))
    _pycaffe(caffe_python, _DUMP, prototxt, model, tmp_path / "caffe.npz")
    _pycaffe(caffe_python, _AS_OLD, model, tmp_path / "old.caffemodel")
    with np.load(tmp_path / "caffe.npz") as caffe:
        for path in (model, tmp_path / "old.caffemodel"):
            weights = read_caffemodel(path)
            assert sum(map(len, weights.values())) == len(caffe.files)
            for name, blobs in weights.items():
                for index, blob in enumerate(blobs):
                    expected = caffe[f"{name.replace('/', '|')} {index}"]
                    assert (blob.reshape(expected.shape) == expected).all()


_PEAK = """
import resource, sys
from pathlib import Path
import numpy as np
from clsbench.caffe.caffemodel import read_caffemodel
from clsbench.caffe.net import Layer, Net
from clsbench.caffe.weights import attach
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
dense = Layer("fc", "InnerProduct", ("data",), ("fc",), {"num_output": 8192, "bias_term": False})
net = Net("n", {"data": (1, 4096)}, (dense,))
net = attach(net, read_caffemodel(Path(sys.argv[1])), "x")
copy = net.layers[0].blobs[0].copy()
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024)
"""


@pytest.mark.parametrize(("packed", "most"), [(True, 2.1), (False, 4.4)])
def test_weights_are_held_once_beside_the_callers_copy(
    packed: bool, most: float, tmp_path: Path, field: Encode
) -> None:
    numbers = np.ones((8192, 4096), np.float32)
    data = field(5, numbers.tobytes())
    if not packed:  # a quarter more bytes in the file, and one copy, which lies side by side
        records = np.full((numbers.size, 5), 5 << 3 | 5, np.uint8)
        records[:, 1:] = numbers.view(np.uint8).reshape(-1, 4)
        data = records.tobytes()
    path = tmp_path / "x.caffemodel"
    path.write_bytes(field(LAYER, field(1, b"fc") + field(7, field(7, field(1, 8192) + field(1, 4096)) + data)))
    done = subprocess.run([sys.executable, "-c", _PEAK, path], check=True, capture_output=True, text=True)
    assert float(done.stdout) < most * numbers.nbytes / 2**20
