"""What is written as protobuf is read as protobuf."""

from hypothesis import given
from hypothesis import strategies as st

from clsbench.caffe.wire import WireReader
from clsbench.caffe.wire_writer import bytes_field, varint


@given(st.integers(0, 2**64 - 1))
def test_a_number_is_read_as_it_was_written(value: int) -> None:
    written = varint(value)
    assert WireReader(written).varint(0, len(written)) == (value, len(written))


@given(st.integers(1, 2**29 - 1), st.binary())
def test_a_field_is_read_as_it_was_written(number: int, payload: bytes) -> None:
    written = bytes_field(number, payload)
    (field,) = WireReader(written).fields(0, len(written))
    assert field.number == number
    assert written[field.start : field.end] == payload
