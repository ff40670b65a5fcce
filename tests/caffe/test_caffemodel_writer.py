import os
import subprocess
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clsbench.caffe.caffemodel import read_caffemodel, write_caffemodel
from clsbench.caffe.net import Blob, Layer, Net, Shape, Value
from clsbench.caffe.prototxt_writer import prototxt_text
from clsbench.errors import WeightsError


def _random(*shape: int) -> Blob:
    return np.random.default_rng(0).normal(size=shape).astype(np.float32)


def _net(**blobs: tuple[Blob, ...]) -> Net:
    return Net(
        "n", {"data": (1, 3, 8, 8)}, tuple(Layer(name, "Any", ("a",), ("b",), {}, it) for name, it in blobs.items())
    )


@given(st.lists(st.lists(st.integers(1, 20), max_size=3).map(tuple), max_size=5), st.text(), st.text(min_size=1))
def test_what_is_written_is_read_again(
    tmp_path_factory: pytest.TempPathFactory, shapes: list[Shape], net_name: str, name: str
) -> None:
    path = tmp_path_factory.mktemp("written") / "x.caffemodel"
    blobs = tuple(_random(*shape) for shape in shapes)
    write_caffemodel(Net(net_name, {}, (Layer(name, "Scale", ("a",), ("b",), {}, blobs),)), path)
    weights = read_caffemodel(path)
    assert list(weights) == ([name] if blobs else [])
    for found, blob in zip(weights.get(name, ()), blobs, strict=True):
        assert found.shape == blob.shape
        assert (found == blob).all()


def test_blobs_need_not_lie_side_by_side_nor_be_the_files_own(tmp_path: Path) -> None:
    blob = _random(6, 4)
    write_caffemodel(_net(a=(blob.T, blob[::2])), tmp_path / "x")
    write_caffemodel(
        _net(a=read_caffemodel(tmp_path / "x")["a"]), tmp_path / "x"
    )  # over the file that they are mapped from
    found = read_caffemodel(tmp_path / "x")["a"]
    assert (found[0] == blob.T).all()
    assert (found[1] == blob[::2]).all()


def test_an_unfinished_file_is_never_seen(tmp_path: Path) -> None:
    path = tmp_path / "x.caffemodel"
    write_caffemodel(_net(a=(_random(3),)), path)
    before = path.read_bytes()
    with pytest.raises(ValueError, match="could not convert"):
        write_caffemodel(_net(a=(_random(3),), b=(np.array(["no number"]),)), path)
    assert path.read_bytes() == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["x.caffemodel"]


def test_what_no_caffemodel_can_hold_and_a_folder_that_is_not_there_are_refused(tmp_path: Path) -> None:
    large = np.broadcast_to(np.float32(0), (2**15, 2**14))
    with pytest.raises(WeightsError, match=r"would have 2\.0 GiB"):
        write_caffemodel(_net(a=(large,)), tmp_path / "x")
    with pytest.raises(WeightsError, match="cannot write the caffemodel"):
        write_caffemodel(_net(), tmp_path / "absent" / "x")


_RESAVE = """
import sys
import numpy
import caffe
net = caffe.Net(sys.argv[1], caffe.TEST, weights=sys.argv[2])
net.save(sys.argv[3])
"""


@pytest.mark.pycaffe
def test_pycaffe_loads_what_is_written_and_what_it_saves_reads_back_identical(
    caffe_python: Path, tmp_path: Path
) -> None:
    def made(name: str, layer_type: str, params: dict[str, Value], *blobs: Blob) -> Layer:
        return Layer(
            name, layer_type, ("data" if name == "c/1" else "c",), ("c" if name != "f" else "f",), params, blobs
        )

    net = Net(
        "n",
        {"data": (1, 4, 8, 8)},
        (
            made(
                "c/1",
                "Convolution",
                {"num_output": 6, "kernel_size": (3,), "group": 2},
                _random(6, 2, 3, 3),
                _random(6),
            ),
            made("bn", "BatchNorm", {}, _random(6), _random(6) ** 2, _random(1)),
            made("s", "Scale", {"bias_term": True}, _random(6), _random(6)),
            made("p", "PReLU", {"channel_shared": True}, _random()),
            made("f", "InnerProduct", {"num_output": 5}, _random(5, 216), _random(5)),
        ),
    )
    (tmp_path / "n.prototxt").write_text(prototxt_text(net), encoding="utf-8")
    write_caffemodel(net, tmp_path / "n.caffemodel")
    arguments = [tmp_path / name for name in ("n.prototxt", "n.caffemodel", "again.caffemodel")]
    subprocess.run([caffe_python, "-c", _RESAVE, *arguments], check=True, env={**os.environ, "GLOG_minloglevel": "2"})
    written, again = (read_caffemodel(path) for path in arguments[1:])
    assert list(written) == list(again) == [layer.name for layer in net.layers]
    for layer in net.layers:
        for blob, ours, theirs in zip(layer.blobs, written[layer.name], again[layer.name], strict=True):
            assert blob.shape == ours.shape == theirs.shape
            assert blob.tobytes() == ours.tobytes() == theirs.tobytes()
