from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clsbench.caffe.arity import ARITIES
from clsbench.caffe.net import Layer, Net, Shape, Value
from clsbench.caffe.prototxt import parse_prototxt, read_prototxt
from clsbench.caffe.prototxt_writer import prototxt_text
from clsbench.caffe.schema import LAYER_TYPES, Field, Kind
from clsbench.errors import NetError

_INTS = st.integers(-(2**31) + 1, 2**31 - 1)
_FLOATS = st.floats(width=32, allow_nan=False, allow_infinity=False)
_NAMES = st.text(min_size=1)  # any character at all, but for surrogates, which are no text


def _values(field: Field) -> st.SearchStrategy[Value]:
    if field.kind is Kind.SHAPE:
        return st.lists(st.integers(-1, 2**31 - 1), max_size=4).map(tuple)
    kinds: dict[Kind, st.SearchStrategy[bool | int | float | str]] = {
        Kind.INT: _INTS,
        Kind.FLOAT: _FLOATS,
        Kind.BOOL: st.booleans(),
        Kind.ENUM: st.sampled_from(field.names),
    }
    one = kinds[field.kind]
    return st.lists(one, min_size=1, max_size=3).map(tuple) if field.repeated else one


@st.composite
def _params(draw: st.DrawFn, layer_type: str) -> dict[str, Value]:
    fields = {name: field for name, field in LAYER_TYPES[layer_type].fields.items() if field.kind is not Kind.IGNORED}
    if not fields:
        return {}
    params = {name: draw(_values(fields[name])) for name in draw(st.sets(st.sampled_from(sorted(fields))))}
    if layer_type == "BatchNorm":
        params.pop("use_global_stats", None)
    return params


@st.composite
def nets(draw: st.DrawFn) -> Net:
    """Nets that hold together by name, with any setting at all."""
    shapes: st.SearchStrategy[Shape] = st.lists(st.integers(1, 2**31 - 1), min_size=1, max_size=5).map(tuple)
    inputs = draw(st.dictionaries(_NAMES, shapes, min_size=1, max_size=3))
    blobs, layers = list(inputs), []
    for name in draw(st.lists(_NAMES.filter(lambda name: name != "end"), max_size=4, unique=True)):
        layer_type = draw(st.sampled_from(sorted(LAYER_TYPES)))
        arity = ARITIES[layer_type]
        bottoms = draw(st.lists(st.sampled_from(blobs), min_size=arity.bottoms[0], max_size=min(arity.bottoms[1], 3)))
        count = draw(st.integers(arity.tops[0], min(arity.tops[1], 3)))
        tops = [f"{name}/{len(blobs)}/{index}" for index in range(count)]
        blobs += tops
        layers.append(Layer(name, layer_type, tuple(bottoms), tuple(tops), draw(_params(layer_type))))
    layers.append(Layer("end", "Silence", (blobs[-1],), ()))
    return Net(draw(st.text()), inputs, tuple(layers))


@given(nets())
def test_a_net_comes_back_from_its_text(net: Net) -> None:
    assert parse_prototxt(prototxt_text(net), "n") == net


def test_the_text_is_what_older_caffe_reads() -> None:
    layers = (
        Layer("c", "Convolution", ("data",), ("c",), {"num_output": 2, "pad": (0, 1), "bias_term": False}),
        Layer("p", "Pooling", ("c",), ("p",), {"pool": "AVE", "global_pooling": True}),
        Layer("r", "Reshape", ("p",), ("r",), {"shape": (0, -1)}),
        Layer("e", "Eltwise", ("r", "r"), ("e",), {"operation": "SUM", "coeff": (1.0, 0.1)}),
        Layer("s", "Softmax", ("e",), ("s",)),
    )
    assert prototxt_text(Net('a "net"', {"data": (1, 3, 8, 8)}, layers)) == (
        'name: "a \\"net\\""\n'
        'input: "data"\ninput_dim: 1\ninput_dim: 3\ninput_dim: 8\ninput_dim: 8\n'
        'layer {\n  name: "c"\n  type: "Convolution"\n  bottom: "data"\n  top: "c"\n'
        "  convolution_param {\n    num_output: 2\n    pad: 0\n    pad: 1\n    bias_term: false\n  }\n}\n"
        'layer {\n  name: "p"\n  type: "Pooling"\n  bottom: "c"\n  top: "p"\n'
        "  pooling_param {\n    pool: AVE\n    global_pooling: true\n  }\n}\n"
        'layer {\n  name: "r"\n  type: "Reshape"\n  bottom: "p"\n  top: "r"\n'
        "  reshape_param {\n    shape { dim: 0 dim: -1 }\n  }\n}\n"
        'layer {\n  name: "e"\n  type: "Eltwise"\n  bottom: "r"\n  bottom: "r"\n  top: "e"\n'
        "  eltwise_param {\n    operation: SUM\n    coeff: 1.0\n    coeff: 0.1\n  }\n}\n"
        'layer {\n  name: "s"\n  type: "Softmax"\n  bottom: "e"\n  top: "s"\n}\n'
    )


def test_a_setting_that_the_type_lacks_is_refused() -> None:
    net = Net("n", {"data": (1, 3, 8, 8)}, (Layer("r", "ReLU", ("data",), ("r",), {"engine": "CAFFE"}),))
    with pytest.raises(NetError, match="layer 'r' of type ReLU: sets engine"):
        prototxt_text(net)


@pytest.mark.shared
@pytest.mark.pycaffe
def test_real_pycaffe_builds_the_written_text(
    shared: Path, pycaffe_shapes: Callable[[Net], tuple[dict[str, Shape], dict[str, tuple[Shape, ...]]] | None]
) -> None:
    caffe = pycaffe_shapes(read_prototxt(shared / "squeezenet" / "deploy.prototxt"))
    assert caffe is not None
    assert caffe[0]["prob"] == (1, 1000, 1, 1)
    assert len(caffe[1]) == 26
