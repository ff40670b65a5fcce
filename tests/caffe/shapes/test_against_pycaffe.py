"""Every layer type's shapes, as real pycaffe builds them."""

from collections.abc import Sequence

import pytest
from pycaffe_shapes import TOPS, Params, PycaffeShapes, agree, net_of

from clsbench.caffe.arity import ARITIES
from clsbench.caffe.net import Shape
from clsbench.caffe.schema import LAYER_TYPES

pytestmark = pytest.mark.pycaffe

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
    "SPP": [({"pyramid_height": 1}, [(2, 3, 4, 5)]), ({"pyramid_height": 3, "pool": "AVE"}, [(2, 3, 9, 7)])],
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
# from this pycaffe; and Parameter, which reads nothing
_ABSENT = {
    *("Axpy", "BN", "CReLU", "Clip", "ConvolutionDepthwise", "DepthwiseConvolution", "HardSigmoid", "HardSwish"),
    *("Interp", "Mish", "Normalize", "Pad", "Parameter", "ReLU6", "ShuffleChannel", "Upsample"),
}


@pytest.mark.parametrize("layer_type", sorted(set(LAYER_TYPES) - _ABSENT))
def test_a_layer_type_has_caffes_shapes(layer_type: str, pycaffe_shapes: PycaffeShapes) -> None:
    shape = (2, 3, 4, 5)
    for params, shapes in EXAMPLES.get(layer_type, [({}, [shape]), ({}, [(2, 3)])]):
        if layer_type == "Deconvolution":
            continue  # above
        agree(pycaffe_shapes, net_of(layer_type, params, *shapes, tops=TOPS.get(layer_type, 1)))


def test_every_layer_type_has_an_arity_and_every_example_keeps_to_it() -> None:
    assert set(ARITIES) == set(LAYER_TYPES)
    for layer_type, examples in EXAMPLES.items():
        least, most = ARITIES[layer_type].bottoms
        assert all(least <= len(shapes) <= most for _, shapes in examples)
