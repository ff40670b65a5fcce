"""Pools and convolutions of any window, as real pycaffe builds them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pycaffe_shapes import MANY, Params, PycaffeShapes, agree_or_both_refuse, net_of

from clsbench.caffe.net import Shape

pytestmark = pytest.mark.pycaffe


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


@MANY
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
    net = net_of("Pooling", {"pool": pool, **square, **rounding}, (2, 3, *image))
    # Caffe builds a net whose last window sees no pixel, and computes nonsense there
    agree_or_both_refuse(pycaffe_shapes, net, unless="sees no pixel")


@MANY
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
    net = net_of(layer_type, params, (2, inputs * group, *image))
    # Caffe's division rounds towards 0, so that it builds some nets whose kernel is too large for the image
    agree_or_both_refuse(pycaffe_shapes, net, unless="does not fit")
