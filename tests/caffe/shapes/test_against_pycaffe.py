"""Shapes as real pycaffe builds them."""

from collections.abc import Callable, Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clsbench.caffe.arity import ARITIES
from clsbench.caffe.blob_shapes import blob_shapes
from clsbench.caffe.net import Layer, Net, Shape, Value
from clsbench.caffe.schema import LAYER_TYPES
from clsbench.caffe.shapes import infer_shapes
from clsbench.errors import NetError

pytestmark = pytest.mark.pycaffe

PycaffeShapes = Callable[[Net], tuple[dict[str, Shape], dict[str, tuple[Shape, ...]]] | None]
Params = dict[str, Value]

_MANY = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def _net(layer_type: str, params: Params, *shapes: Shape, tops: int = 1) -> Net:
    inputs = {f"in{index}": shape for index, shape in enumerate(shapes)}
    return Net("", inputs, (Layer("it", layer_type, tuple(inputs), tuple(f"out{i}" for i in range(tops)), params),))


def _ours(net: Net) -> tuple[dict[str, Shape], tuple[Shape, ...]]:
    (found,) = infer_shapes(net)
    (layer,) = net.layers
    return dict(zip(layer.tops, found.tops, strict=True)), blob_shapes(layer, found.bottoms)


def _agree(pycaffe_shapes: PycaffeShapes, net: Net) -> None:
    tops, weights = _ours(net)
    caffe = pycaffe_shapes(net)
    assert caffe is not None, f"Caffe refuses {net}"
    assert {name: caffe[0][name] for name in tops} == tops
    assert caffe[1].get("it", ()) == weights


def _agree_or_both_refuse(pycaffe_shapes: PycaffeShapes, net: Net, *, unless: str) -> None:
    """``unless`` marks the refusals that Caffe does not share."""
    refusal = ""
    try:
        infer_shapes(net)
    except NetError as error:
        refusal = str(error)
    if not refusal:
        _agree(pycaffe_shapes, net)
    elif unless not in refusal:
        assert pycaffe_shapes(net) is None, refusal


@st.composite
def _sides(draw: st.DrawFn, name: str, values: st.SearchStrategy[int]) -> Params:
    """The two sides of a window's kernel, stride or pad, spelled in one of the ways."""
    height, width = draw(values), draw(values)
    if draw(st.booleans()):
        return {f"{name}_h": height, f"{name}_w": width}
    return {f"{name}_size" if name == "kernel" else name: (height, width)}


_WINDOWS = st.tuples(
    _sides("kernel", st.integers(1, 5)), _sides("stride", st.integers(1, 5)), _sides("pad", st.integers(0, 4))
).map(lambda parts: {name: value for part in parts for name, value in part.items()})
_IMAGES = st.tuples(st.integers(1, 20), st.integers(1, 20))


@_MANY
@given(
    image=_IMAGES,
    window=_WINDOWS,
    pool=st.sampled_from(["MAX", "AVE"]),
    rounding=st.sampled_from([{}, {"round_mode": "CEIL"}, {"round_mode": "FLOOR"}]),
)
def test_a_pool_has_caffes_size_or_is_refused_as_by_caffe(
    pycaffe_shapes: PycaffeShapes, image: Shape, window: Params, pool: str, rounding: Params
) -> None:
    # Pooling's own fields are not repeated: a square window has one number
    square = {name: value[0] if isinstance(value, tuple) else value for name, value in window.items()}
    net = _net("Pooling", {"pool": pool, **square, **rounding}, (2, 3, *image))
    # Caffe builds a net whose last window sees no pixel, and computes nonsense there
    _agree_or_both_refuse(pycaffe_shapes, net, unless="sees no pixel")


@_MANY
@given(
    layer_type=st.sampled_from(["Convolution", "Deconvolution"]),
    image=_IMAGES,
    window=_WINDOWS,
    data=st.data(),
)
def test_a_convolution_and_its_transpose_have_caffes_size_and_weights_or_are_refused_as_by_caffe(
    pycaffe_shapes: PycaffeShapes, layer_type: str, image: Shape, window: Params, data: st.DataObject
) -> None:
    group, inputs, outputs = data.draw(st.tuples(*[st.integers(1, 3)] * 3))
    params: Params = {"num_output": outputs * group, "group": group, "bias_term": data.draw(st.booleans()), **window}
    if dilation := data.draw(st.lists(st.integers(1, 3), max_size=2)):
        params["dilation"] = tuple(dilation)
    net = _net(layer_type, params, (2, inputs * group, *image))
    # Caffe's division rounds towards 0, so that it builds some nets whose kernel is too large for the image
    _agree_or_both_refuse(pycaffe_shapes, net, unless="does not fit")


EXAMPLES: dict[str, Sequence[tuple[Params, Sequence[Shape]]]] = {
    "ArgMax": [
        ({}, [(2, 10)]),
        ({"top_k": 3, "out_max_val": True}, [(2, 4, 5, 6)]),
        ({"axis": 1, "top_k": 2}, [(2, 4, 5, 6)]),
        ({"axis": -1, "out_max_val": True}, [(2, 4, 5)]),
    ],
    "BatchNorm": [({}, [(2, 4, 5, 6)]), ({"eps": 1e-3}, [(2, 4)])],
    "Bias": [({}, [(2, 3, 4, 5)]), ({"axis": 0, "num_axes": -1}, [(2, 3)]), ({"axis": 0}, [(2, 3, 4), (2, 3)])],
    "Concat": [
        ({}, [(2, 3, 4, 5), (2, 1, 4, 5), (2, 6, 4, 5)]),
        ({"axis": -1}, [(2, 3, 4, 5), (2, 3, 4, 1)]),
        ({"concat_dim": 0}, [(2, 3), (1, 3)]),
        ({}, [(2, 3)]),
    ],
    "Convolution": [
        ({"num_output": 4, "kernel_size": (3,)}, [(1, 2, 5, 6)]),
        ({"num_output": 4, "kernel_h": 3, "kernel_w": 1, "pad_w": 2, "stride_h": 2, "stride_w": 1}, [(1, 2, 5, 6)]),
    ],
    "Crop": [
        ({}, [(1, 3, 8, 9), (1, 3, 5, 6)]),
        ({"offset": (2,)}, [(1, 3, 8, 9), (7, 7, 5, 6)]),
        ({"axis": 1, "offset": (0, 1, 2)}, [(1, 3, 8, 9), (1, 2, 5, 6)]),
    ],
    "Eltwise": [
        ({}, [(2, 3), (2, 3)]),
        ({"coeff": (1.0, -0.5)}, [(1, 3, 4, 5), (1, 3, 4, 5)]),
        ({"operation": "MAX"}, [(2, 3), (2, 3), (2, 3)]),
        ({"operation": "PROD"}, [(2, 3), (2, 3)]),
    ],
    "Flatten": [
        ({}, [(2, 3, 4, 5)]),
        ({"axis": 0, "end_axis": 2}, [(2, 3, 4, 5)]),
        ({"axis": -2}, [(2, 3, 4, 5)]),
    ],
    "InnerProduct": [
        ({"num_output": 7}, [(2, 3, 4, 5)]),
        ({"num_output": 7, "axis": 2, "bias_term": False}, [(2, 3, 4, 5)]),
        ({"num_output": 7, "axis": -1, "transpose": True}, [(2, 3, 4, 5)]),
    ],
    "LRN": [({}, [(1, 7, 5, 6)]), ({"local_size": 3, "norm_region": "WITHIN_CHANNEL"}, [(1, 7, 5, 6)])],
    "MVN": [({}, [(2, 3, 4, 5)]), ({"across_channels": True, "normalize_variance": False}, [(2, 3, 4, 5)])],
    "PReLU": [({}, [(2, 3, 4, 5)]), ({"channel_shared": True}, [(2, 3)])],
    "Permute": [({"order": (0, 2, 3, 1)}, [(2, 3, 4, 5)]), ({"order": (2,)}, [(2, 3, 4, 5)])],
    "Pooling": [
        ({"global_pooling": True, "pool": "AVE"}, [(2, 3, 4, 5)]),
        ({"kernel_size": 3, "stride": 2}, [(2, 3, 4, 5)]),
        ({"kernel_size": 2}, [(2, 3, 4, 5)]),
    ],
    "Reduction": [({}, [(2, 3, 4)]), ({"axis": 1, "operation": "MEAN"}, [(2, 3, 4)]), ({"axis": -1}, [(2, 3, 4)])],
    "Reshape": [
        ({"shape": (0, -1)}, [(2, 3, 4, 5)]),
        ({"shape": (0, 0, 1, -1)}, [(2, 3, 4, 5)]),
        ({"shape": (6, 2), "axis": 1, "num_axes": 2}, [(2, 3, 4, 5)]),
        ({"shape": (1, 1), "axis": -1, "num_axes": 0}, [(2, 3)]),
        ({"shape": (1,), "axis": -3, "num_axes": 0}, [(2, 3)]),
        ({"shape": (-1,), "axis": -2}, [(2, 3, 4)]),
        ({"shape": (), "axis": 2}, [(2, 3, 1, 1)]),
        ({}, [(1, 1)]),
    ],
    "Scale": [
        ({}, [(2, 3, 4, 5)]),
        ({"bias_term": True}, [(2, 3)]),
        ({"axis": 0, "num_axes": -1}, [(2, 3, 4)]),
        ({"axis": 1, "num_axes": 2, "bias_term": True}, [(2, 3, 4, 5)]),
        ({"num_axes": 0}, [(2, 3)]),
        ({"axis": 0}, [(2, 3, 4, 5), (2, 3)]),
        ({"axis": -2, "bias_term": True}, [(2, 3, 4, 5), (4, 5)]),
    ],
    "Silence": [({}, [(2, 3)])],
    "Slice": [
        ({}, [(2, 6, 4)]),
        ({"slice_point": (1, 3)}, [(2, 6, 4)]),
        ({"axis": -1, "slice_point": (1, 2)}, [(2, 6, 4)]),
        ({"slice_dim": 0}, [(3, 6)]),
    ],
    "Softmax": [({}, [(2, 3)]), ({"axis": -1}, [(2, 3, 4, 5)])],
    "Tile": [({"tiles": 3}, [(2, 3)]), ({"axis": -1, "tiles": 2}, [(2, 3, 4)])],
}
_TOPS = {"Silence": 0, "Slice": 3, "Split": 2}
_ABSENT = {"Axpy", "ConvolutionDepthwise", "DepthwiseConvolution"}  # from this pycaffe


@pytest.mark.parametrize("layer_type", sorted(set(LAYER_TYPES) - _ABSENT))
def test_a_layer_type_has_caffes_shapes(layer_type: str, pycaffe_shapes: PycaffeShapes) -> None:
    shape = (2, 3, 4, 5)
    for params, shapes in EXAMPLES.get(layer_type, [({}, [shape]), ({}, [(2, 3)])]):
        if layer_type == "Deconvolution":
            continue  # above
        _agree(pycaffe_shapes, _net(layer_type, params, *shapes, tops=_TOPS.get(layer_type, 1)))


REFUSED: Sequence[tuple[str, Params, Sequence[Shape]]] = [
    ("ArgMax", {"top_k": 0}, [(2, 3)]),
    ("ArgMax", {"top_k": 4}, [(2, 3)]),
    ("BatchNorm", {}, [(7,)]),
    ("Bias", {"axis": 1}, [(2, 3), (2,)]),
    ("Concat", {"axis": 2}, [(2, 3), (2, 3)]),
    ("Concat", {"axis": 1, "concat_dim": 1}, [(2, 3), (2, 3)]),
    ("Concat", {}, [(2, 3), (2, 3, 1)]),
    ("Concat", {}, [(2, 3), (1, 3)]),
    ("Convolution", {"num_output": 4}, [(1, 2, 5, 6)]),
    ("Convolution", {"num_output": 0, "kernel_size": (1,)}, [(1, 2, 5, 6)]),
    ("Convolution", {"num_output": 3, "kernel_size": (1,), "group": 2}, [(1, 2, 5, 6)]),
    ("Convolution", {"num_output": 2, "kernel_size": (1,), "group": 2}, [(1, 3, 5, 6)]),
    ("Convolution", {"num_output": 2, "kernel_size": (1,), "stride": (0,)}, [(1, 3, 5, 6)]),
    ("Convolution", {"num_output": 2, "kernel_size": (9,)}, [(1, 3, 5, 6)]),
    ("Convolution", {"num_output": 2, "kernel_size": (1,), "kernel_h": 1, "kernel_w": 1}, [(1, 3, 5, 6)]),
    ("Convolution", {"num_output": 2, "kernel_size": (1,), "stride_h": 2}, [(1, 3, 5, 6)]),
    ("Convolution", {"num_output": 2, "kernel_w": 1}, [(1, 3, 5, 6)]),
    ("Crop", {}, [(1, 3, 8, 9), (1, 3, 9, 6)]),
    ("Crop", {"offset": (4,)}, [(1, 3, 8, 9), (1, 3, 5, 6)]),
    ("Crop", {"offset": (1, 1, 1)}, [(1, 3, 8, 9), (1, 3, 5, 6)]),
    ("Deconvolution", {"num_output": 2, "kernel_size": (1,), "pad": (9,)}, [(1, 3, 5, 6)]),
    ("Eltwise", {}, [(2, 3), (3, 2)]),
    ("Eltwise", {"coeff": (1.0,)}, [(2, 3), (2, 3)]),
    ("Eltwise", {"coeff": (1.0, 1.0), "operation": "PROD"}, [(2, 3), (2, 3)]),
    ("Flatten", {"axis": 4}, [(2, 3)]),
    ("InnerProduct", {"num_output": 2, "axis": 4}, [(2, 3)]),
    ("LRN", {"local_size": 4}, [(2, 3, 4, 5)]),
    ("LRN", {}, [(2, 3)]),
    ("PReLU", {}, [(3,)]),
    ("Permute", {"order": (0, 0)}, [(2, 3)]),
    ("Permute", {"order": (2,)}, [(2, 3)]),
    ("Pooling", {}, [(2, 3, 4, 5)]),
    ("Pooling", {"kernel_size": 2}, [(2, 3, 4)]),
    ("Pooling", {"kernel_size": 2, "pad": 2}, [(2, 3, 4, 5)]),
    ("Pooling", {"kernel_size": 2, "global_pooling": True}, [(2, 3, 4, 5)]),
    ("Pooling", {"pad": 1, "global_pooling": True}, [(2, 3, 4, 5)]),
    ("Pooling", {"stride": 2, "global_pooling": True}, [(2, 3, 4, 5)]),
    ("Pooling", {"kernel_size": 9}, [(2, 3, 4, 5)]),
    ("Pooling", {"kernel_size": 2, "pad_h": 1}, [(2, 3, 4, 5)]),
    ("Pooling", {"kernel_size": 2, "stride_w": 1}, [(2, 3, 4, 5)]),
    ("Reduction", {"axis": 2}, [(2, 3)]),
    ("Reshape", {"shape": (4, -1)}, [(2, 3)]),
    ("Reshape", {"shape": (-1, -1)}, [(2, 3)]),
    ("Reshape", {"shape": (0, 0, 0)}, [(2, 3)]),
    ("Reshape", {"shape": (7,)}, [(2, 3)]),
    ("Reshape", {"shape": (6,), "axis": 3}, [(2, 3)]),
    ("Reshape", {"shape": (6,), "num_axes": 3}, [(2, 3)]),
    ("Scale", {"axis": 4}, [(2, 3)]),
    ("Scale", {"num_axes": 2}, [(2, 3)]),
    ("Scale", {"axis": 0}, [(2, 3, 4, 5), (3,)]),
    ("Slice", {}, [(2, 5)]),
    ("Slice", {"slice_point": (1,)}, [(2, 5)]),
    ("Slice", {"slice_point": (3, 1)}, [(2, 5)]),
    ("Slice", {"slice_point": (1, 5)}, [(2, 5)]),
    ("Softmax", {"axis": 2}, [(2, 3)]),
    ("Tile", {"tiles": 0}, [(2, 3)]),
]


@pytest.mark.parametrize(("layer_type", "params", "shapes"), REFUSED)
def test_what_caffe_refuses_is_refused_with_the_layers_name(
    layer_type: str, params: Params, shapes: Sequence[Shape], pycaffe_shapes: PycaffeShapes
) -> None:
    net = _net(layer_type, params, *shapes, tops=_TOPS.get(layer_type, 1))
    with pytest.raises(NetError, match="layer 'it'"):
        infer_shapes(net)
    caffe = pycaffe_shapes(net)
    assert caffe is None or any(0 in shape for shape in caffe[0].values())


@_MANY
@given(data=st.data())
def test_a_reshape_gives_caffes_shape_or_is_refused_as_by_caffe(
    data: st.DataObject, pycaffe_shapes: PycaffeShapes
) -> None:
    shape = data.draw(st.lists(st.integers(1, 4), min_size=1, max_size=4).map(tuple))
    dims = data.draw(st.lists(st.integers(-1, 6), max_size=4).map(tuple))
    params: Params = {"shape": dims, "axis": data.draw(st.integers(-5, 4)), "num_axes": data.draw(st.integers(-1, 4))}
    _agree_or_both_refuse(pycaffe_shapes, _net("Reshape", params, shape), unless="nothing")


def test_every_layer_type_has_an_arity_and_every_example_keeps_to_it() -> None:
    assert set(ARITIES) == set(LAYER_TYPES)
    for layer_type, examples in EXAMPLES.items():
        least, most = ARITIES[layer_type].bottoms
        assert all(least <= len(shapes) <= most for _, shapes in examples)
