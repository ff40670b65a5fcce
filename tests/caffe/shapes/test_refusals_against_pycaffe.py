"""What real pycaffe refuses to build."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pycaffe_shapes import MANY, TOPS, Params, PycaffeShapes, agree_or_both_refuse, net_of

from clsbench.caffe.net import Shape
from clsbench.caffe.shapes import infer_shapes
from clsbench.errors import NetError

pytestmark = pytest.mark.pycaffe

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
    net = net_of(layer_type, params, *shapes, tops=TOPS.get(layer_type, 1))
    with pytest.raises(NetError, match="layer 'it'"):
        infer_shapes(net)
    caffe = pycaffe_shapes(net)
    assert caffe is None or any(0 in shape for shape in caffe[0].values())


@MANY
@given(data=st.data())
def test_a_reshape_gives_caffes_shape_or_is_refused_as_by_caffe(
    data: st.DataObject, pycaffe_shapes: PycaffeShapes
) -> None:
    shape = data.draw(st.lists(st.integers(1, 4), min_size=1, max_size=4).map(tuple))
    dims = data.draw(st.lists(st.integers(-1, 6), max_size=4).map(tuple))
    params: Params = {"shape": dims, "axis": data.draw(st.integers(-5, 4)), "num_axes": data.draw(st.integers(-1, 4))}
    agree_or_both_refuse(pycaffe_shapes, net_of("Reshape", params, shape), unless="nothing")
