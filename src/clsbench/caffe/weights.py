"""Attaches weights to the net they belong to, by layer name, or raises one error that lists everything that misfits."""

from collections.abc import Iterator
from dataclasses import replace
from typing import TypeAlias

import numpy as np

from clsbench.caffe.axes import shape_text
from clsbench.caffe.blob_shapes import blob_shapes
from clsbench.caffe.caffemodel import Weights
from clsbench.caffe.net import Blob, Net, Shape
from clsbench.caffe.shapes import infer_shapes
from clsbench.errors import WeightsError

_Wanted: TypeAlias = dict[str, tuple[Shape, ...]]


def attach(net: Net, weights: Weights, source: str) -> Net:
    """``net`` with the blobs of ``weights`` in its own layers' shapes; they are not copied.

    The WeightsError names ``source`` and lists every layer whose weights are absent, have another shape, are not
    finite, or have no layer in the net.
    """
    wanted = {
        layer.name: shapes
        for layer, found in zip(net.layers, infer_shapes(net), strict=True)
        if (shapes := blob_shapes(layer, found.bottoms))
    }
    problems = list(_problems(wanted, weights))
    if problems:
        listed = "\n  ".join(problems)
        raise WeightsError(
            f"{source}: does not fit network '{net.name}' ({len(problems)} of its layers' weights); "
            f"give the caffemodel that belongs to this prototxt:\n  {listed}"
        )
    layers = (
        replace(layer, blobs=_shaped(weights[layer.name], wanted[layer.name])) if layer.name in wanted else layer
        for layer in net.layers
    )
    return replace(net, layers=tuple(layers))


def _problems(wanted: _Wanted, weights: Weights) -> Iterator[str]:
    for name, shapes in wanted.items():
        if name not in weights:
            yield f"'{name}': not in the file, but the net needs {_words(shapes)}"
            continue
        given = tuple(blob.shape for blob in weights[name])
        if [_core(shape) for shape in given] != [_core(shape) for shape in shapes]:
            yield f"'{name}': the file has {_words(given)}, but the net needs {_words(shapes)}"
        elif not all(map(_is_finite, weights[name])):
            yield f"'{name}': the file has numbers that are not finite (NaN or infinite)"
    for name, blobs in weights.items():
        if name not in wanted and any(blob.size for blob in blobs):
            given = tuple(blob.shape for blob in blobs)
            yield f"'{name}': the file has {_words(given)}, but the net has no such weights"


def _core(shape: Shape) -> Shape:
    """The shape without leading ones, in which Caffe's older, always four-axis shapes differ: 1x1x1x1000 is 1000."""
    ones = next((index for index, size in enumerate(shape) if size != 1), len(shape))
    return shape[ones:]


def _is_finite(blob: Blob) -> bool:
    # NaN propagates through min and max; isfinite on the whole would make an array of a quarter of the weights' size
    return blob.size == 0 or bool(np.isfinite(blob.min()) and np.isfinite(blob.max()))


def _shaped(blobs: tuple[Blob, ...], shapes: tuple[Shape, ...]) -> tuple[Blob, ...]:
    return tuple(blob.reshape(shape) for blob, shape in zip(blobs, shapes, strict=True))


def _words(shapes: tuple[Shape, ...]) -> str:
    return " and ".join(map(shape_text, shapes))
