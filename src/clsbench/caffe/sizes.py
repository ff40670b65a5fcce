"""The input size of a net: setting it, and finding out which sizes the net can take."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from math import prod
from typing import TypeAlias

from clsbench.caffe.axes import in_words
from clsbench.caffe.blob_shapes import blob_shapes
from clsbench.caffe.net import Net, Shape
from clsbench.caffe.shapes import infer_shapes
from clsbench.caffe.shapes.infer import unread_blobs
from clsbench.errors import NetError

_NEARBY = 64  # pixels to either side that are searched
_SHOWN = 12  # sizes to either side that a message names: enough to choose from


def with_input_size(net: Net, size: int, batch: int = 1) -> Net:
    """``net`` with its one input made (batch, its channels, size, size)."""
    if len(net.inputs) != 1:
        raise NetError(f"network '{net.name}' has {len(net.inputs)} inputs; a classifier has one, so remove the others")
    if size < 1 or batch < 1:
        raise NetError(f"network '{net.name}': input size {size} and batch {batch} must be at least 1")
    ((name, shape),) = net.inputs.items()
    if len(shape) != 4:
        raise NetError(f"input '{name}' is {in_words(shape)}, but images need batch x channels x height x width")
    return replace(net, inputs={name: (batch, shape[1], size, size)})


def check_size(net: Net, size: int) -> None:
    """NetError where ``net`` cannot take images of ``size``, with the sizes near it that it takes.

    It takes a size if Caffe can build it then, with weights of the same shapes and as many scores as at its own size.
    """
    with_input_size(net, size)  # a net without one input of images takes no size
    own = _facts_of(net)
    try:
        _check(net, size, own)
    except NetError as error:
        nearby = [other for other in range(max(1, size - _NEARBY), size + _NEARBY + 1) if _takes(net, other, own)]
        raise NetError(
            f"network '{net.name}' cannot take size {size}: {error}; {_advice(net, nearby, size)}"
        ) from error


def _advice(net: Net, nearby: Sequence[int], size: int) -> str:
    smaller = [other for other in nearby if other < size][-_SHOWN:]
    larger = [other for other in nearby if other > size][:_SHOWN]
    if not nearby:
        own = " or ".join(in_words(shape[2:]) for shape in net.inputs.values())
        return f"no size within {_NEARBY} pixels of it fits either; its prototxt says {own}"
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


def _takes(net: Net, size: int, own: _Facts | None) -> bool:
    try:
        _check(net, size, own)
    except NetError:
        return False
    return True


def _check(net: Net, size: int, own: _Facts | None) -> None:
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
            f"its output would be {_words(outputs.values())}, not {own[1]} scores an image, as at its own size"
        )


def _scores(outputs: Mapping[str, Shape]) -> int:
    return sum(prod(shape[1:]) for shape in outputs.values())


def _words(shapes: Iterable[Shape]) -> str:
    return " and ".join(map(in_words, shapes))
