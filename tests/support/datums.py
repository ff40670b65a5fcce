"""Databases of Datums, written field by field after caffe.proto, as convert_imageset writes them."""

from collections.abc import Iterable
from pathlib import Path

import cv2
import lmdb
import numpy as np
import pytest
from numpy.typing import NDArray

from clsbench.caffe.wire_writer import bytes_field, varint


def datum(image: NDArray[np.uint8], label: int | None) -> bytes:
    """Pixels (height, width, channel) as a plane a channel."""
    height, width, channels = image.shape
    sizes = b"".join(varint(number << 3) + varint(side) for number, side in ((1, channels), (2, height), (3, width)))
    said = b"" if label is None else varint(5 << 3) + varint(label)
    return sizes + bytes_field(4, np.ascontiguousarray(image.transpose(2, 0, 1)).tobytes()) + said


def encoded_datum(image: NDArray[np.uint8], label: int) -> bytes:
    """A PNG file."""
    made, png = cv2.imencode(".png", image)
    assert made
    return bytes_field(4, png.tobytes()) + varint(5 << 3) + varint(label) + varint(7 << 3) + varint(1)


def float_datum(numbers: NDArray[np.float32], label: int) -> bytes:
    """Numbers (height, width, channel), a field each, as proto2 writes what is not packed."""
    height, width, channels = numbers.shape
    sizes = b"".join(varint(number << 3) + varint(side) for number, side in ((1, channels), (2, height), (3, width)))
    fields = b"".join(b"\x35" + value.tobytes() for value in numbers.transpose(2, 0, 1).astype("<f4").ravel())
    return sizes + varint(5 << 3) + varint(label) + fields


def written_leveldb(folder: Path, values: Iterable[bytes]) -> Path:
    """As below, in a LevelDB; skips the test if this Python has no plyvel."""
    plyvel = pytest.importorskip("plyvel", reason="no plyvel: it has no build for Python 3.13 and newer")
    with plyvel.DB(str(folder), create_if_missing=True) as database:
        for number, value in enumerate(values):
            database.put(f"{number:08d}_image".encode(), value)
    return folder


def written_lmdb(folder: Path, values: Iterable[bytes]) -> Path:
    """The Datums under the keys that convert_imageset gives them."""
    with lmdb.open(str(folder), map_size=2**30) as database, database.begin(write=True) as transaction:
        for number, value in enumerate(values):
            transaction.put(f"{number:08d}_image".encode(), value)
    return folder
