"""The input size of a net: sets it, and finds out which sizes the net can take."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from math import prod
from typing import TypeAlias

from clsbench.caffe.axes import shape_text
from clsbench.caffe.blob_shapes import blob_shapes
from clsbench.caffe.net import Net, Shape
from clsbench.caffe.shapes import infer_shapes
from clsbench.caffe.shapes.infer import unread_blobs
from clsbench.errors import NetError

_NEARBY = 64  # pixels to either side that are searched
_SHOWN = 12  # sizes to either side that a message lists: enough to choose from


# The side of a square, or (height, width).
Sides: TypeAlias = int | tuple[int, int]


def with_input_size(net: Net, size: Sides, batch: int = 1) -> Net:
    """``net`` with its single input changed to (batch, its channels, height, width)."""
    if len(net.inputs) != 1:
        raise NetError(f"network '{net.name}' has {len(net.inputs)} inputs; a classifier has one, so remove the others")
    height, width = _both(size)
    if min(height, width, batch) < 1:
        raise NetError(f"network '{net.name}': input size {_size_text(size)} and batch {batch} must be at least 1")
    ((name, shape),) = net.inputs.items()
    if len(shape) != 4:
        raise NetError(f"input '{name}' is {shape_text(shape)}, but images need batch x channels x height x width")
    return replace(net, inputs={name: (batch, shape[1], height, width)})


def check_size(net: Net, size: Sides) -> None:
    """Raises NetError if ``net`` cannot take images of ``size``, naming the nearest sizes that it takes.

    A size fits if Caffe can build the net with it, with the same weight shapes and as many scores as at its own size.
    """
    with_input_size(net, size)  # a net without exactly one image input takes no size
    own = _facts_of(net)
    try:
        _check(net, size, own)
    except NetError as error:
        near = _near(net, size, own)
        raise NetError(f"network '{net.name}' cannot take size {_size_text(size)}: {error}; {near}") from error


def _near(net: Net, size: Sides, own: "_Facts | None") -> str:
    height, width = _both(size)
    if height != width:
        return f"its prototxt says {_own_size(net)}"
    near = range(max(1, height - _NEARBY), height + _NEARBY + 1)
    return _advice(net, [other for other in near if _takes(net, other, own)], height)


def _both(size: Sides) -> tuple[int, int]:
    return (size, size) if isinstance(size, int) else (size[0], size[1])


def _size_text(size: Sides) -> str:
    height, width = _both(size)
    return str(height) if height == width else f"{height}x{width}"


def _own_size(net: Net) -> str:
    return " or ".join(shape_text(shape[2:]) for shape in net.inputs.values())


def _advice(net: Net, nearby: Sequence[int], size: int) -> str:
    smaller = [other for other in nearby if other < size][-_SHOWN:]
    larger = [other for other in nearby if other > size][:_SHOWN]
    if not nearby:
        return f"no size within {_NEARBY} pixels of it fits either; its prototxt says {_own_size(net)}"
    return f"sizes near it that fit: {', '.join(map(str, smaller + larger))}"


_Facts: TypeAlias = tuple[tuple[tuple[Shape, ...], ...], int]


def _facts_of(net: Net) -> _Facts | None:
    """Each layer's weight shapes and the scores of one image at the net's own size, if it can take that itself."""
    try:
        shapes = infer_shapes(net)
    except NetError:
        return None
    weights = tuple(blob_shapes(layer, found.bottoms) for layer, found in zip(net.layers, shapes, strict=True))
    return weights, _scores(unread_blobs(net, shapes))


def _takes(net: Net, size: Sides, own: _Facts | None) -> bool:
    try:
        _check(net, size, own)
    except NetError:
        return False
    return True


def _check(net: Net, size: Sides, own: _Facts | None) -> None:
    sized = with_input_size(net, size)
    shapes = infer_shapes(sized)
    outputs = unread_blobs(sized, shapes)
    if own is None:
        return
    for layer, found, weights in zip(net.layers, shapes, own[0], strict=True):
        needed = blob_shapes(layer, found.bottoms)
        if needed != weights:
            raise NetError(f"{layer}: would need weights of {_words(needed)}, but has {_words(weights)}")
    if _scores(outputs) != own[1]:
        raise NetError(
            f"its output would be {_words(outputs.values())}, not {own[1]} scores per image, as at its own size"
        )


def _scores(outputs: Mapping[str, Shape]) -> int:
    return sum(prod(shape[1:]) for shape in outputs.values())


def _words(shapes: Iterable[Shape]) -> str:
    return " and ".join(map(shape_text, shapes))
