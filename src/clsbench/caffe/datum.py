"""Caffe's Datum: one image of a database, as pixels or as an image file, with its label."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clsbench.caffe.wire import BYTES, FIXED32, VARINT, WireError, WireField, WireReader, signed

# caffe.proto: channels, height, width, data, label, float_data, encoded
_CHANNELS, _HEIGHT, _WIDTH, _DATA, _LABEL, _FLOAT_DATA, _ENCODED = range(1, 8)
_NUMBERS = {_CHANNELS, _HEIGHT, _WIDTH, _LABEL, _ENCODED}

Part = Callable[[int, int], bytes]  # the bytes of a message from a position on, up to a length
_FLOAT_FIELD = np.dtype([("tag", "u1"), ("value", "<f4")])
_PART = 512  # bytes; enough for everything before the pixels
_LONGEST_HEAD = 20  # bytes of a field before its payload: two varints


@dataclass(frozen=True, slots=True)
class Datum:
    """``data`` is an image file if ``encoded``, else ``shape`` (channel, height, width) pixels of one byte each.

    Without pixels it has as many float ``numbers``.
    """

    shape: tuple[int, int, int]
    data: bytes
    encoded: bool
    numbers: NDArray[np.float32] | None = None


def read_datum(message: bytes) -> Datum:
    """The image of a Datum; raises WireError if the message is damaged, or its pixels do not match its shape."""
    reader = WireReader(message)
    numbers, data, floats = dict.fromkeys(_NUMBERS, 0), b"", None
    for field in reader.fields(0, len(message)):
        if field.number in _NUMBERS and field.wire == VARINT:
            numbers[field.number] = signed(field.value)
        elif field.number == _DATA and field.wire == BYTES:
            data = message[field.start : field.end]
        elif field.number == _FLOAT_DATA and field.wire in (BYTES, FIXED32):
            floats = floats or field
            if field.wire == FIXED32:  # one field per number: the rest are read at once
                break
    shape = numbers[_CHANNELS], numbers[_HEIGHT], numbers[_WIDTH]
    encoded = bool(numbers[_ENCODED])
    if floats is not None and not data:
        return Datum(shape, b"", encoded=False, numbers=_floats(message, floats, shape))
    if not encoded and (min(shape) < 1 or shape[0] * shape[1] * shape[2] != len(data)):
        raise WireError(f"(channel, height, width) is declared as {shape}, but there are {len(data)} bytes of pixels")
    return Datum(shape, data, encoded)


def _floats(message: bytes, first: WireField, shape: tuple[int, int, int]) -> NDArray[np.float32]:
    """float_data: in one field or, as written by Caffe's own proto2, one five-byte field per number."""
    count = shape[0] * shape[1] * shape[2] if min(shape) > 0 else 0
    if first.wire == BYTES:
        found = np.frombuffer(message[first.start : first.end - (first.end - first.start) % 4], "<f4")
    else:
        fields = np.frombuffer(
            message[first.start - 1 :], _FLOAT_FIELD, min(count, (len(message) - first.start + 1) // 5)
        )
        found = fields["value"][fields["tag"] == (_FLOAT_DATA << 3 | FIXED32)]
    if not count or len(found) != count:
        raise WireError(f"(channel, height, width) is declared as {shape}, but there are {len(found)} numbers")
    return np.ascontiguousarray(found, np.float32)


def label_of(part: Part, size: int) -> int | None:
    """The label of a Datum of ``size`` bytes, None if it has none; the pixels are skipped, not read.

    Fields are read up to the label's place, because every protobuf library writes them in the order of their numbers.
    Raises WireError if the message is damaged before it.
    """
    position, start, reader, length = 0, 0, WireReader(b""), 0
    while position < size:
        if position + _LONGEST_HEAD > start + length < size:
            piece = part(position, _PART)
            start, length, reader = position, len(piece), WireReader(piece)
        if length < min(_LONGEST_HEAD, size - position):
            raise WireError(f"ends at byte {start + length}")
        field = reader.field(position - start, size - start)
        if field.number == _LABEL and field.wire == VARINT:
            return signed(field.value)
        if field.number > _LABEL:
            return None
        position = start + field.end
    return None
