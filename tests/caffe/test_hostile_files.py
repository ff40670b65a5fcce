"""Files that are cut off, damaged, or made to do harm: a ClsbenchError and nothing else comes out."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clsbench.caffe.blob_shapes import blob_shapes
from clsbench.caffe.caffemodel import read_caffemodel, write_caffemodel
from clsbench.caffe.macs import macs
from clsbench.caffe.net import Layer, Net
from clsbench.caffe.prototxt import parse_prototxt, read_prototxt
from clsbench.caffe.prototxt_writer import prototxt_text
from clsbench.caffe.shapes import infer_shapes, output_of
from clsbench.caffe.sizes import check_size
from clsbench.caffe.weights import attach
from clsbench.errors import ClsbenchError

_SOME = settings(max_examples=150)

HOSTILE_WORDS = """
0 -1 2147483647 4294967296 99999999999999999999 1e38 nan 0x7fffffff true "x" { } < > [ ] : ; \\ ' # dim:0 stride:0
pad:4000000 group:7 kernel_size:2147483647 input_dim:2147483647 axis:-9 global_pooling:true ceil_mode:false
bottom:"prob" top:"data" type:"Flatten" type:"Tile" tile_param{tiles:2000000000} reshape_param{shape{dim:-1,dim:-1}}
"""

HOSTILE_NUMBERS = "0 1 2 3 5 16 -1 -2 -5 1000 65536 100000000 2147483647"

SMALL = Net(
    "small",
    {"data": (1, 3, 12, 12)},
    (
        Layer("c", "Convolution", ("data",), ("c",), {"num_output": 4, "kernel_size": (3,), "pad": (1,), "group": 1}),
        Layer("bn", "BatchNorm", ("c",), ("c",), {"eps": 0.001}),
        Layer("s", "Scale", ("c",), ("c",), {"bias_term": True}),
        Layer("r", "ReLU", ("c",), ("c",)),
        Layer("p", "Pooling", ("c",), ("p",), {"pool": "AVE", "kernel_size": 3, "stride": 2}),
        Layer("sl", "Slice", ("p",), ("s1", "s2"), {"slice_point": (1,)}),
        Layer("t", "Tile", ("s1",), ("t",), {"tiles": 3}),
        Layer("e", "Eltwise", ("t", "s2"), ("e",), {"coeff": (1.0, 0.5)}),
        Layer("cat", "Concat", ("e", "p"), ("cat",), {"axis": 1}),
        Layer("re", "Reshape", ("cat",), ("re",), {"shape": (0, -1)}),
        Layer("fc", "InnerProduct", ("re",), ("fc",), {"num_output": 5}),
        Layer("prob", "Softmax", ("fc",), ("prob",)),
    ),
)


def _with_weights() -> Net:
    layers = (
        replace(layer, blobs=tuple(np.ones(shape, np.float32) for shape in blob_shapes(layer, found.bottoms)))
        for layer, found in zip(SMALL.layers, infer_shapes(SMALL), strict=True)
    )
    return replace(SMALL, layers=tuple(layers))


def _use(text: str) -> None:
    net = parse_prototxt(text, "hostile.prototxt")
    infer_shapes(net)
    output_of(net)
    macs(net)
    check_size(net, 13)


def _is_harmless(work: Callable[[], object]) -> bool:
    try:
        work()
    except ClsbenchError as error:
        return len(str(error)) > 10
    return True


@st.composite
def _mutated_text(draw: st.DrawFn, text: str) -> str:
    words = text.split(" ")
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, len(words) - 1))
        match draw(
            st.sampled_from(["number", "number", "number", "replace", "insert", "delete", "swap", "cut", "repeat"])
        ):
            case "number":
                numbers = [index for index, word in enumerate(words) if word[:1].isdigit()]
                if numbers:
                    words[draw(st.sampled_from(numbers))] = draw(st.sampled_from(HOSTILE_NUMBERS.split())) + "\n"
            case "replace":
                words[place] = draw(st.sampled_from(HOSTILE_WORDS.split()))
            case "insert":
                words.insert(place, draw(st.one_of(st.sampled_from(HOSTILE_WORDS.split()), st.text(max_size=3))))
            case "delete":
                del words[place : place + draw(st.integers(1, 20))]
            case "swap":
                other = draw(st.integers(0, len(words) - 1))
                words[place], words[other] = words[other], words[place]
            case "cut":
                del words[place + 1 :]
            case "repeat":
                words[place:place] = words[place : place + draw(st.integers(1, 200))]
        words = words or [""]
    return " ".join(words)


def test_the_undamaged_files_are_read(tmp_path: Path) -> None:
    _use(prototxt_text(SMALL))
    write_caffemodel(_with_weights(), tmp_path / "x")
    _load(tmp_path / "x", SMALL)


@_SOME
@given(_mutated_text(prototxt_text(SMALL)))
def test_a_damaged_prototxt_is_refused_or_is_a_net(text: str) -> None:
    assert _is_harmless(lambda: _use(text))


@pytest.mark.shared
@settings(max_examples=60)
@given(data=st.data())
def test_a_damaged_real_prototxt_is_refused_or_is_a_net(data: st.DataObject, shared: Path) -> None:
    text = data.draw(_mutated_text((shared / "squeezenet" / "deploy.prototxt").read_text(encoding="utf-8")))
    assert _is_harmless(lambda: _use(text))


@st.composite
def _mutated_bytes(draw: st.DrawFn, data: bytes) -> bytes:
    mutated = bytearray(data)
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, max(len(mutated) - 1, 0)))
        match draw(st.sampled_from(["flip", "cut", "insert", "delete", "length"])):
            case "flip":
                mutated[place : place + 1] = bytes([draw(st.integers(0, 255))])
            case "cut":
                del mutated[place:]
            case "insert":
                mutated[place:place] = draw(st.binary(max_size=12))
            case "delete":
                del mutated[place : place + draw(st.integers(1, 40))]
            case "length":  # a huge varint
                mutated[place : place + 1] = b"\xff" * draw(st.integers(1, 10)) + b"\x01"
    return bytes(mutated)


def _load(path: Path, net: Net) -> None:
    attach(net, read_caffemodel(path), str(path))


@_SOME
@given(data=st.data())
def test_a_damaged_caffemodel_is_refused_or_fits(data: st.DataObject, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.getbasetemp() / "small.caffemodel"
    write_caffemodel(_with_weights(), path)
    path.write_bytes(data.draw(_mutated_bytes(path.read_bytes())))
    assert _is_harmless(lambda: _load(path, SMALL))


@pytest.mark.shared
@settings(max_examples=40)
@given(data=st.data())
def test_a_damaged_real_caffemodel_is_refused_or_fits(
    data: st.DataObject, shared: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    net = read_prototxt(shared / "squeezenet" / "deploy.prototxt")
    whole = (shared / "squeezenet" / "squeezenet_v1.0.caffemodel").read_bytes()
    start = data.draw(st.sampled_from([0, 100, 58_000, 4_000_000, len(whole) - 200]))
    path = tmp_path_factory.getbasetemp() / "real.caffemodel"
    path.write_bytes(whole[:start] + data.draw(_mutated_bytes(whole[start : start + 200])) + whole[start + 200 :])
    assert _is_harmless(lambda: _load(path, net))


@pytest.mark.shared
@settings(max_examples=25)
@given(share=st.floats(0, 1, exclude_max=True))
def test_a_real_caffemodel_that_was_cut_off_is_refused(
    share: float, shared: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    net = read_prototxt(shared / "squeezenet" / "deploy.prototxt")
    whole = (shared / "squeezenet" / "squeezenet_v1.0.caffemodel").read_bytes()
    path = tmp_path_factory.getbasetemp() / "cut.caffemodel"
    path.write_bytes(whole[: int(share * len(whole))])
    with pytest.raises(ClsbenchError):
        _load(path, net)


@_SOME
@given(content=st.binary(max_size=300))
def test_any_bytes_at_all_are_refused_as_either_file(content: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.getbasetemp() / "random"
    path.write_bytes(content)
    assert _is_harmless(lambda: read_prototxt(path))
    assert _is_harmless(lambda: read_caffemodel(path))


def test_a_file_of_a_million_layers_ends_soon(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"\xa2\x06\x00" * 1_000_000)
    with pytest.raises(ClsbenchError, match="more than 500000 fields"):
        read_caffemodel(path)
    path.write_text("layer{}" * 200_000, encoding="utf-8")
    with pytest.raises(ClsbenchError, match="must have one type"):
        read_prototxt(path)
    path.write_text("layer{}" * 1_000_000, encoding="utf-8")
    with pytest.raises(ClsbenchError, match="more than 4 MiB"):
        read_prototxt(path)
