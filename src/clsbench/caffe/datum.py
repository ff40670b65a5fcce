"""Caffe's Datum: one image of a database, as pixels or as an image file, with its label."""

from collections.abc import Callable
from dataclasses import dataclass

from clsbench.caffe.wire import BYTES, FIXED32, VARINT, WireError, WireReader, signed

# caffe.proto: channels, height, width, data, label, float_data, encoded
_CHANNELS, _HEIGHT, _WIDTH, _DATA, _LABEL, _FLOAT_DATA, _ENCODED = range(1, 8)
_NUMBERS = {_CHANNELS, _HEIGHT, _WIDTH, _LABEL, _ENCODED}

Part = Callable[[int, int], bytes]  # the bytes of a message from a position on, up to a length
_PART = 512  # bytes; whatever stands before the pixels, and more
_LONGEST_HEAD = 20  # bytes of a field before its payload: two varints


@dataclass(frozen=True, slots=True)
class Datum:
    """``data`` is an image file where ``encoded``, else ``shape`` (channel, height, width) pixels of a byte each."""

    shape: tuple[int, int, int]
    data: bytes
    encoded: bool


def read_datum(message: bytes) -> Datum:
    """The image of a Datum; WireError where the message is damaged, or its pixels are not of its shape."""
    reader = WireReader(message)
    numbers, data, floats = dict.fromkeys(_NUMBERS, 0), b"", False
    for field in reader.fields(0, len(message)):
        if field.number in _NUMBERS and field.wire == VARINT:
            numbers[field.number] = signed(field.value)
        elif field.number == _DATA and field.wire == BYTES:
            data = message[field.start : field.end]
        elif field.number == _FLOAT_DATA and field.wire in (BYTES, FIXED32):
            floats = True
            break
    shape = numbers[_CHANNELS], numbers[_HEIGHT], numbers[_WIDTH]
    encoded = bool(numbers[_ENCODED])
    if floats and not data:
        raise WireError("pixels in float_data are not read yet")
    if not encoded and (min(shape) < 1 or shape[0] * shape[1] * shape[2] != len(data)):
        raise WireError(f"(channel, height, width) is said to be {shape}, but there are {len(data)} bytes of pixels")
    return Datum(shape, data, encoded)


def label_of(part: Part, size: int) -> int | None:
    """The label of a Datum of ``size`` bytes, None where it has none; the pixels are stepped over, not read.

    Fields are looked at up to the label's place, as every protobuf library writes them in the order of their numbers.
    Raises WireError where the message is damaged before it.
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
