import pytest
from hypothesis import given
from hypothesis import strategies as st

from clsbench.caffe.wire import BYTES, FIXED32, FIXED64, VARINT, WireError, WireReader, signed


def _fields(data: bytes) -> list[tuple[int, int, int, bytes]]:
    reader = WireReader(data)
    return [(f.number, f.wire, f.value, data[f.start : f.end]) for f in reader.fields(0, len(data))]


def test_every_wire_type_in_use_is_read() -> None:
    data = b"\x08\x96\x01" + b"\x11" + bytes(8) + b"\x1a\x02hi" + b"\x25" + b"\x00\x00\x80\x3f"
    assert _fields(data) == [
        (1, VARINT, 150, b"\x96\x01"),
        (2, FIXED64, 0, bytes(8)),
        (3, BYTES, 0, b"hi"),
        (4, FIXED32, 0, b"\x00\x00\x80\x3f"),
    ]


def test_a_varint_may_be_negative() -> None:
    assert signed(_fields(b"\x08" + b"\xff" * 9 + b"\x01")[0][2]) == -1
    assert signed(5) == 5


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\x08", "ends inside a number at byte 1"),
        (b"\x08" + b"\xff" * 11, "a number without end at byte 1"),
        (b"\x1a\x05hi", "field 3 says 5 bytes at byte 2, but only 2 follow"),
        (b"\x1a" + b"\xff" * 9 + b"\x01", "but only 0 follow"),
        (b"\x25\x00", "says 4 bytes"),
        (b"\x00\x00", "field number 0"),
        (b"\x0b\x0c", "wire type 3"),
        (b"\x0f", "wire type 7"),
    ],
)
def test_damage_is_named_with_its_place(data: bytes, words: str) -> None:
    with pytest.raises(WireError, match=words):
        _fields(data)


def test_a_message_of_endlessly_many_fields_is_given_up() -> None:
    with pytest.raises(WireError, match="more than 500000 fields"):
        _fields(b"\x08\x00" * 600_000)


@given(st.binary(max_size=200))
def test_any_bytes_are_fields_that_cover_them_or_damage(data: bytes) -> None:
    try:
        fields = _fields(data)
    except WireError:
        return
    assert sum(len(payload) for *_, payload in fields) < max(len(data), 1)
