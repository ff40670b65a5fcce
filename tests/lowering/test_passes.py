"""Whatever a pass does, the net gives the same on real pycaffe before and after."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clsbench.caffe.net import Layer, Net, Value
from clsbench.caffe.shapes import output_of
from clsbench.lowering.drop_inference_noops import drop_inference_noops
from clsbench.lowering.fold_batch_norm import fold_batch_norm
from clsbench.lowering.passes import FOR_BVLC, FOR_ONNX, Pass, lower
from clsbench.lowering.single_assignment import single_assignment

WithBlobs = Callable[[Net, int], Net]

_SHAPE = (2, 3, 2, 2)
_KINDS: dict[str, dict[str, Value]] = {
    "ReLU": {},
    "TanH": {},
    "Dropout": {},
    "BatchNorm": {},
    "Scale": {"bias_term": True},
    "Convolution": {"num_output": 3, "kernel_size": (1,)},
}


@st.composite
def random_nets(draw: st.DrawFn) -> Net:
    """Layers that keep the shape, in place where Caffe allows it: on a blob that nobody has read yet."""
    layers: list[Layer] = []
    blobs, read = ["data"], {"data"}
    for index in range(draw(st.integers(1, 10))):
        kind = draw(st.sampled_from([*_KINDS, "Eltwise", "BatchNorm", "Scale", "Convolution"]))
        recent = blobs[-3:]
        bottoms = tuple(draw(st.sampled_from(recent)) for _ in range(2 if kind == "Eltwise" else 1))
        in_place = kind not in {"Eltwise", "Convolution"} and bottoms[0] not in read and draw(st.booleans())
        top = bottoms[0] if in_place else f"blob{index}"
        layers.append(Layer(f"layer{index}", kind, bottoms, (top,), _KINDS.get(kind, {})))
        if not in_place:
            read.update(bottoms)
            blobs.append(top)
    return Net("net", {"data": _SHAPE}, tuple(layers))


@pytest.mark.pycaffe
@pytest.mark.parametrize("rewrite", [single_assignment, drop_inference_noops, fold_batch_norm])
@settings(max_examples=80, deadline=None, derandomize=True)
@given(net=random_nets(), seed=st.integers(0, 99))
def test_a_pass_leaves_what_a_net_gives(
    pycaffe: Any, with_blobs: WithBlobs, rewrite: Pass, net: Net, seed: int
) -> None:
    net = with_blobs(net, seed)
    inputs = {"data": np.random.default_rng(seed).standard_normal(_SHAPE, np.float32)}
    before, after = pycaffe.run(net, inputs), pycaffe.run(rewrite(net), inputs)
    assert set(after) == set(before)
    for name, values in before.items():
        np.testing.assert_allclose(after[name], values, rtol=1e-4, atol=1e-4)


@pytest.mark.pycaffe
@settings(max_examples=80, deadline=None, derandomize=True)
@given(net=random_nets(), seed=st.integers(0, 99))
def test_a_net_gives_the_same_in_both_dialects(agrees: Callable[..., None], net: Net, seed: int) -> None:
    agrees(net, seed)


def test_a_published_caffemodel_still_fits_the_net_in_bvlcs_dialect(with_blobs: WithBlobs) -> None:
    layers = (
        Layer("dw", "ConvolutionDepthwise", ("data",), ("dw",), {"num_output": 3, "kernel_size": (1,)}),
        Layer("dw/bn", "BatchNorm", ("dw",), ("dw",)),
        Layer("pool", "Pooling", ("dw",), ("pool",), {"kernel_size": 2, "ceil_mode": False}),
        Layer("down", "Convolution", ("pool",), ("down",), {"num_output": 3, "kernel_size": (1,)}),
        Layer("sum", "Axpy", ("down", "dw", "data"), ("sum",)),
    )
    net = with_blobs(Net("net", {"data": _SHAPE}, layers), 0)
    lowered = lower(net, FOR_BVLC)
    assert {layer.name: layer.blobs for layer in lowered.layers if layer.blobs} == {
        layer.name: layer.blobs for layer in net.layers if layer.blobs
    }
    assert output_of(lowered) == output_of(net)


def test_the_net_that_is_lowered_stays_as_it_was() -> None:
    net = Net("net", {"data": _SHAPE}, (Layer("relu", "ReLU", ("data",), ("data",)),))
    lower(net, FOR_ONNX)
    assert net == Net("net", {"data": _SHAPE}, (Layer("relu", "ReLU", ("data",), ("data",)),))
