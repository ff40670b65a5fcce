"""What JPEG and PNG files declare before they are decoded: their size in pixels, and whether they end."""

import re
import struct
from collections.abc import Callable, Iterator

from clsbench.data.bad_image import BadImageError

_JPEG = b"\xff\xd8\xff"
_PNG = b"\x89PNG\r\n\x1a\n"

# A marker is FF and a code. In a scan FF 00 is a data byte and FF D0..D7 a restart; FF FF is fill (ITU-T T.81, B.1.1).
_MARKER = re.compile(rb"\xff([^\x00\x01\xff\xd0-\xd7])")
_END_OF_IMAGE = 0xD9
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}  # SOF0..15; the three are tables and a reserved code
# Markers followed by a length: frames and their tables, the scan and its tables, application data, comment. Any other
# code is damage inside a scan, which decoders skip, too.
_SEGMENTS = frozenset(range(0xC0, 0xD0)) | frozenset(range(0xDA, 0xE0)) | frozenset(range(0xE0, 0xF0)) | {0xFE}


def check_file(data: bytes, max_pixels: int) -> None:
    """Raises BadImageError for a JPEG or PNG that is not whole; other formats pass.

    OpenCV silently fills the lost part of a truncated JPEG with grey, so truncation has to be found here.
    """
    if not data:
        raise BadImageError("empty file")
    if data.startswith(_JPEG):
        _check("JPEG", _jpeg_markers, data, max_pixels)
    elif data.startswith(_PNG):
        _check("PNG", _png_chunks, data, max_pixels)


# What a walk through a file yields: (height, width) of each frame, and None at the end of the image.
_Walk = Callable[[bytes], Iterator[tuple[int, int] | None]]


def _check(kind: str, walk: _Walk, data: bytes, max_pixels: int) -> None:
    try:
        for size in walk(data):
            if size is None:
                return
            height, width = size
            if height * width > max_pixels:
                raise BadImageError(f"{width} x {height} pixels, more than {max_pixels} in all")
    except struct.error:
        pass  # the file ends within a header
    raise BadImageError(f"truncated {kind}: the file stops before the image's end")


def _jpeg_markers(data: bytes) -> Iterator[tuple[int, int] | None]:
    position = 2
    while (marker := _MARKER.search(data, position)) is not None:
        code, position = marker[1][0], marker.end()
        if code == _END_OF_IMAGE:
            yield None
        elif code in _SEGMENTS:
            if code in _FRAMES:
                yield struct.unpack_from(">3xHH", data, position)
            position += struct.unpack_from(">H", data, position)[0]


def _png_chunks(data: bytes) -> Iterator[tuple[int, int] | None]:
    position = len(_PNG)
    while position < len(data):
        length, kind = struct.unpack_from(">I4s", data, position)
        if kind == b"IHDR":
            width, height = struct.unpack_from(">II", data, position + 8)
            yield height, width
        position += length + 12  # its own length, kind and checksum
        if kind == b"IEND" and position <= len(data):
            yield None
