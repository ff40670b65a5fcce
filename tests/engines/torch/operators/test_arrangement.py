from collections.abc import Callable
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from onnx import helper

Agrees = Callable[..., None]
few = settings(max_examples=25, derandomize=True)
SHAPES = st.lists(st.integers(1, 4), min_size=1, max_size=4).map(tuple)


def blob(shape: tuple[int, ...]) -> NDArray[np.float32]:
    return np.random.default_rng(1).standard_normal(shape).astype(np.float32)


def wholes(values: Any) -> NDArray[np.int64]:
    return np.array(list(values), np.int64)


@few
@given(target=st.sampled_from([(0, -1), (-1,), (0, 3, 4, -1), (2, 0, 4, 1), (0, 0, -1), (6, -1), (1, 0, 2, -1)]))
def test_reshape(agrees: Agrees, target: tuple[int, ...]) -> None:
    agrees(helper.make_node("Reshape", ["x", "shape"], ["y"]), blob((2, 3, 4)), shape=wholes(target))


@few
@given(shape=SHAPES, data=st.data())
def test_flatten(agrees: Agrees, shape: tuple[int, ...], data: st.DataObject) -> None:
    agrees(helper.make_node("Flatten", ["x"], ["y"]), blob(shape))
    axis = data.draw(st.integers(-len(shape), len(shape)))
    agrees(helper.make_node("Flatten", ["x"], ["y"], axis=axis), blob(shape))


@few
@given(axes=st.sets(st.sampled_from([1, 3, -4])))
def test_squeeze(agrees: Agrees, axes: set[int]) -> None:
    x = blob((3, 1, 2, 1))
    agrees(helper.make_node("Squeeze", ["x"], ["y"]), x)
    agrees(helper.make_node("Squeeze", ["x", "axes"], ["y"]), blob((1, 1, 2, 1)), axes=wholes(axes))


@few
@given(axes=st.sampled_from([(0,), (2,), (-1,), (0, 3), (3, 0), (1, -1)]))
def test_unsqueeze(agrees: Agrees, axes: tuple[int, ...]) -> None:
    agrees(helper.make_node("Unsqueeze", ["x", "axes"], ["y"]), blob((2, 3)), axes=wholes(axes))


@few
@given(shape=SHAPES, data=st.data())
def test_transpose(agrees: Agrees, shape: tuple[int, ...], data: st.DataObject) -> None:
    agrees(helper.make_node("Transpose", ["x"], ["y"]), blob(shape))
    order = data.draw(st.permutations(range(len(shape))))
    agrees(helper.make_node("Transpose", ["x"], ["y"], perm=order), blob(shape))


@few
@given(shape=SHAPES, data=st.data())
def test_concat(agrees: Agrees, shape: tuple[int, ...], data: st.DataObject) -> None:
    axis = data.draw(st.integers(-len(shape), len(shape) - 1))
    longer = list(shape)
    longer[axis] += 2
    agrees(helper.make_node("Concat", ["x", "c", "x"], ["y"], axis=axis), blob(shape), c=blob(tuple(longer)))


@few
@given(axis=st.integers(-3, 2), sizes=st.none() | st.sampled_from([(1, 2, 3), (3, 2, 1), (2, 2, 2)]))
def test_split(agrees: Agrees, axis: int, sizes: tuple[int, ...] | None) -> None:
    node = helper.make_node("Split", ["x"] if sizes is None else ["x", "sizes"], ["y", "z", "w"], axis=axis)
    constants = {} if sizes is None else {"sizes": wholes(sizes)}
    agrees(node, blob((6, 6, 6)), outputs=("y", "z", "w"), **constants)


@few
@given(data=st.data())
def test_slice(agrees: Agrees, data: st.DataObject) -> None:
    axes = sorted(data.draw(st.sets(st.integers(0, 2), min_size=1)))
    starts = [data.draw(st.integers(-6, 4)) for _ in axes]
    ends = [
        data.draw(st.sampled_from([start + 1, start + 3, 2**40]) if start >= 0 else st.just(2**40)) for start in starts
    ]
    bounds = {"starts": wholes(starts), "ends": wholes(ends), "axes": wholes(axes)}
    if data.draw(st.booleans()):
        bounds["steps"] = wholes(data.draw(st.integers(1, 3)) for _ in axes)
    agrees(helper.make_node("Slice", ["x", *bounds], ["y"]), blob((5, 5, 5)), **bounds)


def test_slice_of_the_first_axes(agrees: Agrees) -> None:
    node = helper.make_node("Slice", ["x", "starts", "ends"], ["y"])
    agrees(node, blob((3, 4, 5)), starts=wholes([1, 0]), ends=wholes([3, -1]))


@few
@given(pads=st.lists(st.integers(0, 2), min_size=8, max_size=8), value=st.sampled_from([None, 0.0, -1.5]))
def test_pad(agrees: Agrees, pads: list[int], value: float | None) -> None:
    constants: dict[str, NDArray[Any]] = {"pads": wholes(pads)}
    if value is not None:
        constants["value"] = np.float32(value)  # type: ignore[assignment]
    agrees(helper.make_node("Pad", ["x", *constants], ["y"]), blob((1, 2, 3, 2)), **constants)


@few
@given(shape=SHAPES, data=st.data())
def test_tile(agrees: Agrees, shape: tuple[int, ...], data: st.DataObject) -> None:
    repeats = wholes(data.draw(st.integers(1, 3)) for _ in shape)
    agrees(helper.make_node("Tile", ["x", "repeats"], ["y"]), blob(shape), repeats=repeats)


@few
@given(axis=st.integers(-3, 2), places=st.sampled_from([[0, 2, 2], [[0, 1], [-1, 2]], 1, [-3]]))
def test_gather(agrees: Agrees, axis: int, places: Any) -> None:
    node = helper.make_node("Gather", ["x", "places"], ["y"], axis=axis)
    agrees(node, blob((3, 3, 3)), places=np.array(places, np.int64))
