"""A file of several decoded images: each can be read on its own, and a torn or altered one is detected."""

import json
import os
import struct
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from clsbench.caffe.whole_file import whole_file

_MAGIC = b"clsbench images 1\n"  # the number changes with the format
_LENGTH = struct.Struct("<QI")  # of the header in bytes, and its crc32


class Place(NamedTuple):
    """Where an image is in its file; ``stamp`` belongs to the image file it was decoded from."""

    stamp: str
    offset: int  # in bytes
    shape: tuple[int, int, int]  # height, width, channel
    crc32: int


class Kept(NamedTuple):
    """A decoded image (height, width, channel) with the stamp of its file."""

    stamp: str
    image: NDArray[np.uint8]


def write_block(path: Path, images: Mapping[int, Kept]) -> None:
    """Writes them under their numbers, whole or not at all; raises DiskError, OSError.

    Several processes may do so at once, because they write the same.
    """
    places, offset = {}, 0
    for number, (stamp, image) in images.items():
        places[number] = (stamp, offset, image.shape, zlib.crc32(np.ascontiguousarray(image).data))
        offset += image.nbytes
    header = json.dumps(places).encode()
    with whole_file(path) as file:
        file.write(_MAGIC + _LENGTH.pack(len(header), zlib.crc32(header)) + header)
        for _, image in images.values():
            file.write(np.ascontiguousarray(image).data)


def read_places(path: Path) -> Mapping[int, Place] | None:
    """The places of a file's images, by number; None if there is no such file, or its header is damaged."""
    try:
        with path.open("rb") as file:
            if file.read(len(_MAGIC)) != _MAGIC:
                return None
            length, crc32 = _LENGTH.unpack(file.read(_LENGTH.size))
            if length > os.fstat(file.fileno()).st_size:
                return None
            header = file.read(length)
            begin = file.tell()
    except (OSError, struct.error):
        return None
    if len(header) != length or zlib.crc32(header) != crc32:
        return None
    return {
        int(number): Place(stamp, begin + offset, tuple(shape), crc32)
        for number, (stamp, offset, shape, crc32) in json.loads(header).items()
    }


def read_image(path: Path, place: Place) -> NDArray[np.uint8] | None:
    """The image at ``place``; None if it is not what was written."""
    height, width, channels = place.shape
    image = np.empty(place.shape, np.uint8)
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        read = os.preadv(descriptor, [image.reshape(-1).data], place.offset)
    except OSError:
        return None
    finally:
        os.close(descriptor)
    is_whole = read == height * width * channels and zlib.crc32(image.data) == place.crc32
    return image if is_whole else None
