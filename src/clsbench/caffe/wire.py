"""Protobuf's binary format in a buffer, read without copying or a schema: field numbers, wire types, values."""

from collections.abc import Iterator
from dataclasses import dataclass
from mmap import mmap
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Buffer: TypeAlias = bytes | mmap

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5  # the wire types in use; 3 and 4 are proto1's groups
_FIXED_SIZES = {FIXED64: 8, FIXED32: 4}
_LONGEST_VARINT = 10
_MOST_FIELDS = 500_000  # the largest caffemodel has a few thousand; hostile ones must not occupy the reader for minutes


class WireError(ValueError):
    """Bytes that are not a protobuf message; the error says where."""


@dataclass(frozen=True, slots=True)
class WireField:
    """One field: its value for a VARINT, else 0; its payload from ``start`` to ``end``."""

    number: int
    wire: int
    value: int
    start: int
    end: int


class WireReader:
    """Reads fields from one buffer, up to a limit of fields for all its messages together."""

    def __init__(self, buffer: Buffer) -> None:
        self.bytes: NDArray[np.uint8] = np.frombuffer(buffer, np.uint8)
        self._buffer = memoryview(buffer)
        self._left = _MOST_FIELDS

    def fields(self, start: int, end: int) -> Iterator[WireField]:
        """The fields of the message at ``start`` to ``end``."""
        position = start
        while position < end:
            field = self.field(position, end)
            yield field
            position = field.end

    def field(self, position: int, end: int) -> WireField:
        """The field whose tag is at ``position``."""
        self._left -= 1
        if self._left < 0:
            raise WireError(f"more than {_MOST_FIELDS} fields")
        tag, payload = self.varint(position, end)
        number, wire = tag >> 3, tag & 7
        if number == 0:
            raise WireError(f"field number 0 at byte {position}")
        if wire == VARINT:
            value, after = self.varint(payload, end)
            return WireField(number, wire, value, payload, after)
        length, payload = self._length(wire, payload, end)
        if length > end - payload:
            raise WireError(f"field {number} says {length} bytes at byte {payload}, but only {end - payload} follow")
        return WireField(number, wire, 0, payload, payload + length)

    def varint(self, position: int, end: int) -> tuple[int, int]:
        """The number at ``position`` and the position after it."""
        value = 0
        for index in range(_LONGEST_VARINT):
            if position + index >= end:
                raise WireError(f"ends inside a number at byte {position}")
            byte = self._buffer[position + index]
            value |= (byte & 0x7F) << (7 * index)
            if byte < 0x80:
                return value & (2**64 - 1), position + index + 1
        raise WireError(f"a number without end at byte {position}")

    def _length(self, wire: int, payload: int, end: int) -> tuple[int, int]:
        if wire == BYTES:
            return self.varint(payload, end)
        if wire not in _FIXED_SIZES:
            raise WireError(f"wire type {wire} at byte {payload}")
        return _FIXED_SIZES[wire], payload


def signed(value: int) -> int:
    """A varint as the int64 that it represents."""
    return value - 2**64 if value >= 2**63 else value
