"""Caffe's BlobProto: one array of weights out of a mapped file, not copied if its numbers are contiguous."""

from dataclasses import dataclass, field
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clsbench.caffe.net import Blob, Shape
from clsbench.caffe.wire import BYTES, FIXED32, FIXED64, VARINT, WireError, WireField, WireReader, signed

_LEGACY_AXES = (1, 2, 3, 4)  # num, channels, height, width
_DATA, _SHAPE, _DOUBLE_DATA = 5, 7, 8
_DIM = 1
_TYPES = {(_DATA, FIXED32): "<f4", (_DATA, BYTES): "<f4", (_DOUBLE_DATA, FIXED64): "<f8", (_DOUBLE_DATA, BYTES): "<f8"}
_MOST_AXES = 32  # kMaxBlobAxes in blob.hpp
_LARGEST_STEP = 2**20  # records examined at once


@dataclass
class _Found:
    """The content of the message so far."""

    legacy: dict[int, int] = field(default_factory=dict)
    dims: list[int] | None = None
    pieces: dict[int, list[NDArray[Any]]] = field(default_factory=dict)


def read_blob(reader: WireReader, start: int, end: int) -> Blob:
    """The blob at ``start`` to ``end``, float32, read-only, in the file's shape; raises WireError if it is damaged."""
    found = _Found()
    position = start
    while position < end:
        entry = reader.field(position, end)
        if (entry.number, entry.wire) in _TYPES:
            position = _take_numbers(reader, found, entry, end)
            continue
        if entry.number == _SHAPE and entry.wire == BYTES:
            found.dims = [*(found.dims or ()), *_dims(reader, entry)]
            if len(found.dims) > _MOST_AXES:
                raise WireError(f"a blob of more than {_MOST_AXES} axes")
        elif entry.number in _LEGACY_AXES and entry.wire == VARINT:
            found.legacy[entry.number] = signed(entry.value)
        position = entry.end
    return _blob(found)


def _blob(found: _Found) -> Blob:
    # as in Blob::FromProto: doubles, if there are any, replace the floats
    pieces = found.pieces.get(_DOUBLE_DATA) or found.pieces.get(_DATA) or [np.empty(0, "<f4")]
    data = pieces[0] if len(pieces) == 1 else np.concatenate(pieces)
    # a double beyond float32 becomes infinite here, and is refused later, where the layer is known
    with np.errstate(over="ignore"):
        numbers = data.astype(np.float32, copy=False)
    shape = _shape(found, len(numbers))
    if min(shape, default=1) < 0 or prod(shape) != len(numbers):
        raise WireError(f"a blob is declared with shape {list(shape)}, but holds {len(numbers)} numbers")
    numbers.flags.writeable = False
    try:
        return numbers.reshape(shape)
    except (ValueError, OverflowError) as error:  # such as (0, 2**62), more than an array can have
        raise WireError(f"a blob of shape {list(shape)}: {error}") from error


def _shape(found: _Found, size: int) -> Shape:
    if found.legacy:
        return tuple(found.legacy.get(axis, 0) for axis in _LEGACY_AXES)
    if found.dims is None:
        return () if size == 1 else (0,)
    return tuple(found.dims)


def _dims(reader: WireReader, message: WireField) -> list[int]:
    dims: list[int] = []
    for entry in reader.fields(message.start, message.end):
        if entry.number != _DIM:
            continue
        if entry.wire == VARINT:
            dims.append(signed(entry.value))
        position = entry.start
        while entry.wire == BYTES and position < entry.end and len(dims) <= _MOST_AXES:
            value, position = reader.varint(position, entry.end)
            dims.append(signed(value))
        if len(dims) > _MOST_AXES:
            break
    return dims


def _take_numbers(reader: WireReader, found: _Found, entry: WireField, end: int) -> int:
    """Adds packed numbers, or the run of single ones that starts here; returns the position after them."""
    dtype = np.dtype(_TYPES[entry.number, entry.wire])
    if entry.wire == BYTES:
        if (entry.end - entry.start) % dtype.itemsize:
            raise WireError(
                f"{entry.end - entry.start} bytes at byte {entry.start} do not divide into numbers of {dtype.itemsize}"
            )
        piece, after = reader.bytes[entry.start : entry.end].view(dtype), entry.end
    else:
        records = _records(reader.bytes[entry.start - 1 : end], dtype.itemsize + 1)
        piece = np.ascontiguousarray(records[:, 1:]).view(dtype).reshape(-1)
        after = entry.start - 1 + records.size
    found.pieces.setdefault(entry.number, []).append(piece)
    return after


def _records(raw: NDArray[np.uint8], size: int) -> NDArray[np.uint8]:
    """The leading records of ``raw``, a tag byte and a number each, with the same tag as the first: (record, byte)."""
    records = raw[: len(raw) // size * size].reshape(-1, size)
    start, step = 0, 1
    while start < len(records):
        other = np.flatnonzero(records[start : start + step, 0] != raw[0])
        if len(other):
            return records[: start + int(other[0])]
        start, step = start + step, min(2 * step, _LARGEST_STEP)  # doubled, so that many short runs are cheap
    return records
