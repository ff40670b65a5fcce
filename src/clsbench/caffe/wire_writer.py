"""Protobuf's binary format, written field by field: a tag, a length and the bytes."""

from clsbench.caffe.wire import BYTES


def bytes_field(number: int, payload: bytes) -> bytes:
    """A whole field containing bytes, a string or a message."""
    return field_head(number, len(payload)) + payload


def field_head(number: int, length: int) -> bytes:
    """The bytes before a field's ``length`` bytes."""
    return varint(number << 3 | BYTES) + varint(length)


def varint(value: int) -> bytes:
    """A number of at least 0, seven bits per byte, lowest first."""
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)
