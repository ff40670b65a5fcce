import struct
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clsbench.caffe.blob_message import read_blob
from clsbench.caffe.net import Blob
from clsbench.caffe.wire import WireError, WireReader

Encode = Callable[[int, int | float | bytes], bytes]

NUM, CHANNELS, HEIGHT, WIDTH, DATA, DIFF, SHAPE, DOUBLE_DATA = 1, 2, 3, 4, 5, 6, 7, 8
DIM = 1
SIX = np.arange(6, dtype=np.float32)


def _blob(data: bytes) -> Blob:
    return read_blob(WireReader(data), 0, len(data))


def _same(blob: Blob, expected: Blob) -> bool:
    return blob.dtype == np.float32 and blob.shape == expected.shape and bool((blob == expected).all())


def test_packed_numbers_are_shown_where_they_lie(field: Encode) -> None:
    data = field(SHAPE, field(DIM, bytes([2, 3]))) + field(DATA, SIX.tobytes())
    blob = _blob(data)
    assert _same(blob, SIX.reshape(2, 3))
    assert not blob.flags.owndata
    assert not blob.flags.writeable


def test_single_numbers_single_dims_and_pieces_are_read_alike(field: Encode) -> None:
    shape = field(SHAPE, field(DIM, 2) + field(DIM, 3))
    single = b"".join(field(DATA, float(number)) for number in SIX)
    assert _same(_blob(shape + single), SIX.reshape(2, 3))
    pieces = field(DATA, SIX[:2].tobytes()) + field(DIFF, SIX.tobytes()) + single[10:20] + shape + single[20:]
    assert _same(_blob(pieces), SIX.reshape(2, 3))


def test_a_long_run_of_single_numbers_is_read_whole(field: Encode) -> None:
    numbers = np.random.default_rng(0).normal(size=2_500_000).astype(np.float32)
    records = np.empty((len(numbers), 5), np.uint8)
    records[:, 0] = DATA << 3 | 5
    records[:, 1:] = numbers.view(np.uint8).reshape(-1, 4)
    data = records.tobytes() + field(SHAPE, field(DIM, len(numbers)))
    assert _same(_blob(data), numbers)


@pytest.mark.parametrize("packed", [True, False])
def test_doubles_become_floats_and_stand_for_them(packed: bool, field: Encode) -> None:
    shape = field(SHAPE, field(DIM, 6))
    doubles = SIX.astype("<f8").tobytes()
    single = b"".join(bytes([DOUBLE_DATA << 3 | 1]) + struct.pack("<d", number) for number in SIX)
    data = shape + field(DATA, bytes(24)) + (field(DOUBLE_DATA, doubles) if packed else single)
    assert _same(_blob(data), SIX)


def test_the_older_four_axes_are_read(field: Encode) -> None:
    axes = field(NUM, 1) + field(CHANNELS, 1) + field(HEIGHT, 2) + field(WIDTH, 3)
    assert _same(_blob(axes + field(DATA, SIX.tobytes())), SIX.reshape(1, 1, 2, 3))


def test_a_blob_without_shape_is_a_scalar_or_empty(field: Encode) -> None:
    assert _blob(field(DATA, SIX[1:2].tobytes())).shape == ()
    assert _blob(field(SHAPE, b"") + field(DATA, SIX[1:2].tobytes())).shape == ()
    assert _blob(b"").size == 0
    assert _blob(field(NUM, 0) + field(CHANNELS, 0)).size == 0


@pytest.mark.parametrize(
    ("dims", "words"),
    [
        ((7,), r"shape \[7\], but holds 6 numbers"),
        ((2**40, 2**40), "but holds 6 numbers"),
        ((-2, -3), r"shape \[-2, -3\]"),
        ((2**63, 2), r"but holds 6 numbers"),
        ((), r"shape \[\], but holds 6 numbers"),
        ((1,) * 33, "more than 32 axes"),
    ],
)
def test_a_shape_that_the_numbers_do_not_fill_is_damage(dims: tuple[int, ...], words: str, field: Encode) -> None:
    shape = field(SHAPE, b"".join(field(DIM, size) for size in dims))
    with pytest.raises(WireError, match=words):
        _blob(shape + field(DATA, SIX.tobytes()))


def test_shapes_in_many_pieces_stay_bounded(field: Encode) -> None:
    with pytest.raises(WireError, match="more than 32 axes"):
        _blob(field(SHAPE, field(DIM, bytes([1] * 1000))))
    with pytest.raises(WireError, match="more than 32 axes"):
        _blob(field(SHAPE, field(DIM, 1)) * 100_000)


def test_half_a_number_is_damage(field: Encode) -> None:
    with pytest.raises(WireError, match="7 bytes at byte 2 do not divide into numbers of 4"):
        _blob(field(DATA, bytes(7)))


def test_runs_that_start_over_and_over_take_no_time(field: Encode) -> None:
    data = (field(DATA, 1.0) + field(DIFF, 1.0)) * 200_000 + field(SHAPE, field(DIM, 200_000))
    assert _blob(data).shape == (200_000,)


@given(st.lists(st.binary(max_size=20), max_size=6), st.binary(max_size=60))
def test_any_bytes_are_a_blob_or_damage(payloads: list[bytes], tail: bytes) -> None:
    tags = [DATA << 3 | 2, DATA << 3 | 5, DOUBLE_DATA << 3 | 2, DOUBLE_DATA << 3 | 1, SHAPE << 3 | 2, NUM << 3]
    data = b"".join(bytes([tag, len(payload)]) + payload for tag, payload in zip(tags, payloads, strict=False)) + tail
    try:
        blob = _blob(data)
    except WireError:
        return
    assert blob.size <= len(data)


def test_a_shape_that_no_array_can_have_is_damage(field: Encode) -> None:
    huge = bytes([0]) + b"\xff" * 8 + b"\x7f"  # 0 x (2**63 - 1): as many numbers as there are, none
    with pytest.raises(WireError, match="a blob of shape"):
        _blob(field(SHAPE, field(DIM, huge)))
