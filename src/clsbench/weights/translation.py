"""Translates a source's state dict into a network's blobs, and back; one error lists everything that does not fit."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clsbench.caffe.axes import shape_text
from clsbench.caffe.net import Blob, Net, Shape
from clsbench.errors import WeightsError
from clsbench.weights.mapping import MappedNet, WeightsMapping, mapped
from clsbench.weights.state_dict import StateDict
from clsbench.weights.transforms import blobs_of, red_and_blue_swapped, tensors_of

# What float32 always represents exactly.
_DTYPES = (np.float16, np.float32)


def to_caffe(net: Net, mapping: WeightsMapping, tensors: StateDict, source: str) -> Net:
    """``net`` with the mapping's settings and every blob filled from ``tensors``.

    The WeightsError names ``source`` and lists every tensor that is missing, surplus, of another shape or type, or not
    finite.
    """
    at = mapped(net, mapping)
    renamed = {mapping.name_now(name): tensor for name, tensor in tensors.items()}
    if len(renamed) < len(tensors):
        raise WeightsError(f"{source}: has tensors under their older and their newer names; keep one of them")
    if problems := list(_problems(at, renamed)):
        listed = "\n  ".join(problems)
        raise WeightsError(
            f"{source}: {len(problems)} tensors are not as {net.name}'s; nothing is written:\n  {listed}"
        )
    blobs: dict[str, tuple[Blob, ...]] = {}
    for pair in mapping.pairs:
        blobs |= blobs_of(pair, renamed, at.blob_shapes)
    return _with_blobs(at.net, _swapped(at, blobs))


def to_source(net: Net, mapping: WeightsMapping) -> dict[str, NDArray[np.float32]]:
    """The state dict of ``net``, which has its blobs: the inverse of ``to_caffe``. Raises WeightsError."""
    at = mapped(net, mapping)
    blobs = _swapped(at, {layer.name: layer.blobs for layer in net.layers if layer.blobs})
    tensors: dict[str, NDArray[np.float32]] = {}
    for pair in mapping.pairs:
        tensors |= tensors_of(pair, blobs)
    return tensors


def _swapped(at: MappedNet, blobs: dict[str, tuple[Blob, ...]]) -> dict[str, tuple[Blob, ...]]:
    first = {name: (red_and_blue_swapped(blobs[name][0]), *blobs[name][1:]) for name in at.swapped}
    return {**blobs, **first}


def _with_blobs(net: Net, blobs: dict[str, tuple[Blob, ...]]) -> Net:
    return replace(net, layers=tuple(replace(layer, blobs=blobs.get(layer.name, ())) for layer in net.layers))


def _problems(at: MappedNet, tensors: StateDict) -> Iterator[str]:
    wanted = at.source_shapes
    for name, shape in wanted.items():
        if name not in tensors:
            yield f"{name!r}: not in the file, but the network needs {shape_text(shape)}"
        else:
            yield from _tensor_problems(name, shape, tensors[name])
    for name, tensor in tensors.items():
        if name not in wanted and at.mapping.needs(name):
            yield f"{name!r}: the file has {shape_text(tensor.shape)}, but the network has no place for it"


def _tensor_problems(name: str, shape: Shape, tensor: NDArray[Any]) -> Iterator[str]:
    if tensor.shape != shape:
        yield f"{name!r}: the file has {shape_text(tensor.shape)}, but the network needs {shape_text(shape)}"
    elif tensor.dtype not in _DTYPES:
        yield f"{name!r}: has numbers of type {tensor.dtype}; a caffemodel holds float32"
    elif not (np.isfinite(tensor.min()) and np.isfinite(tensor.max())):
        yield f"{name!r}: has numbers that are not finite (NaN or infinite)"
    elif name.endswith(".running_var") and tensor.min() < 0:
        yield f"{name!r}: has variances below zero"
