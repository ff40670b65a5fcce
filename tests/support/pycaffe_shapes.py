"""A net of one layer, its shapes as ours, and as real pycaffe builds them."""

from collections.abc import Callable

from hypothesis import HealthCheck, settings

from clsbench.caffe.blob_shapes import blob_shapes
from clsbench.caffe.net import Layer, Net, Shape, Value
from clsbench.caffe.shapes import infer_shapes
from clsbench.errors import NetError

PycaffeShapes = Callable[[Net], tuple[dict[str, Shape], dict[str, tuple[Shape, ...]]] | None]
Params = dict[str, Value]

MANY = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
TOPS = {"Silence": 0, "Slice": 3, "Split": 2}


def net_of(layer_type: str, params: Params, *shapes: Shape, tops: int = 1) -> Net:
    inputs = {f"in{index}": shape for index, shape in enumerate(shapes)}
    return Net("", inputs, (Layer("it", layer_type, tuple(inputs), tuple(f"out{i}" for i in range(tops)), params),))


def ours(net: Net) -> tuple[dict[str, Shape], tuple[Shape, ...]]:
    (found,) = infer_shapes(net)
    (layer,) = net.layers
    return dict(zip(layer.tops, found.tops, strict=True)), blob_shapes(layer, found.bottoms)


def agree(pycaffe_shapes: PycaffeShapes, net: Net) -> None:
    tops, weights = ours(net)
    caffe = pycaffe_shapes(net)
    assert caffe is not None, f"Caffe refuses {net}"
    assert {name: caffe[0][name] for name in tops} == tops
    assert caffe[1].get("it", ()) == weights


def agree_or_both_refuse(pycaffe_shapes: PycaffeShapes, net: Net, *, unless: str) -> None:
    """``unless`` marks the refusals that Caffe does not share."""
    refusal = ""
    try:
        infer_shapes(net)
    except NetError as error:
        refusal = str(error)
    if not refusal:
        agree(pycaffe_shapes, net)
    elif unless not in refusal:
        assert pycaffe_shapes(net) is None, refusal
