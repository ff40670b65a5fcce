from collections.abc import Callable
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import helper

Agrees = Callable[..., None]
few = settings(max_examples=25, derandomize=True)
PAIRS = st.tuples(st.integers(1, 3), st.integers(1, 3))


@st.composite
def convolutions(draw: st.DrawFn, *, same_pads: bool) -> dict[str, Any]:
    kernel = draw(PAIRS)
    begin = draw(st.tuples(st.integers(0, 2), st.integers(0, 2)))
    end = begin if same_pads else draw(st.tuples(st.integers(0, 2), st.integers(0, 2)))
    attributes = {"kernel_shape": kernel, "strides": draw(PAIRS), "dilations": draw(PAIRS), "pads": (*begin, *end)}
    kept = draw(st.sets(st.sampled_from(sorted(attributes))))
    return {"group": draw(st.sampled_from([1, 2])), "kernel": kernel, "attributes": {n: attributes[n] for n in kept}}


@few
@given(window=convolutions(same_pads=False), batch=st.integers(1, 3), bias=st.booleans(), seed=st.integers(0, 99))
def test_conv(agrees: Agrees, window: dict[str, Any], batch: int, seed: int, *, bias: bool) -> None:
    random, group = np.random.default_rng(seed), window["group"]
    x = random.standard_normal((batch, 4, 8, 9)).astype(np.float32)
    weight = random.standard_normal((6, 4 // group, *window["kernel"])).astype(np.float32)
    constants = {"w": weight, **({"b": random.standard_normal(6).astype(np.float32)} if bias else {})}
    node = helper.make_node("Conv", ["x", *constants], ["y"], group=group, **window["attributes"])
    agrees(node, x, **constants)


@few
@given(window=convolutions(same_pads=True), batch=st.integers(1, 3), bias=st.booleans(), seed=st.integers(0, 99))
def test_conv_transpose(agrees: Agrees, window: dict[str, Any], batch: int, seed: int, *, bias: bool) -> None:
    random, group = np.random.default_rng(seed), window["group"]
    x = random.standard_normal((batch, 4, 6, 7)).astype(np.float32)
    weight = random.standard_normal((4, 6 // group, *window["kernel"])).astype(np.float32)
    constants = {"w": weight, **({"b": random.standard_normal(6).astype(np.float32)} if bias else {})}
    node = helper.make_node("ConvTranspose", ["x", *constants], ["y"], group=group, **window["attributes"])
    agrees(node, x, **constants)


def test_conv_transpose_with_more_at_the_end(agrees: Agrees) -> None:
    random = np.random.default_rng(0)
    x, weight = random.standard_normal((1, 2, 4, 4)), random.standard_normal((2, 3, 3, 3))
    node = helper.make_node(
        "ConvTranspose", ["x", "w"], ["y"], strides=[2, 2], pads=[1, 1, 1, 1], output_padding=[1, 1]
    )
    agrees(node, x.astype(np.float32), w=weight.astype(np.float32))
