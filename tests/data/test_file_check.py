"""What JPEG and PNG files say of themselves."""

import contextlib
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from clsbench.data.bad_image import BadImageError
from clsbench.data.file_check import check_file

Picture = Callable[[int, int], NDArray[np.uint8]]
Encode = Callable[..., bytes]
LIMIT = 10_000


def png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">II5B", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    "parameters",
    [
        (),
        (cv2.IMWRITE_JPEG_PROGRESSIVE, 1),
        (cv2.IMWRITE_JPEG_RST_INTERVAL, 1),
        (cv2.IMWRITE_JPEG_OPTIMIZE, 1, cv2.IMWRITE_JPEG_QUALITY, 100),
    ],
)
def test_every_cut_of_a_jpeg_is_truncated_and_the_whole_is_not(
    picture: Picture, encode: Encode, parameters: tuple[int, ...]
) -> None:
    data = encode(picture(20, 30), ".jpg", *parameters)
    check_file(data, LIMIT)
    check_file(data + b"rubbish behind the end", LIMIT)
    for length in range(3, len(data)):
        with pytest.raises(BadImageError, match="truncated JPEG"):
            check_file(data[:length], LIMIT)


def test_every_cut_of_a_png_is_truncated_and_the_whole_is_not(picture: Picture, encode: Encode) -> None:
    data = encode(picture(8, 9), ".png")
    check_file(data, LIMIT)
    check_file(data + b"rubbish behind the end", LIMIT)
    for length in range(8, len(data)):
        with pytest.raises(BadImageError, match="truncated PNG"):
            check_file(data[:length], LIMIT)


def test_the_end_of_a_thumbnail_is_not_the_end_of_the_image(picture: Picture, encode: Encode) -> None:
    data, thumbnail = encode(picture(20, 30), ".jpg"), encode(picture(4, 6), ".jpg")
    exif = b"\xff\xe1" + struct.pack(">H", len(thumbnail) + 2) + thumbnail
    check_file(data[:2] + exif + data[2:], LIMIT)
    with pytest.raises(BadImageError, match="truncated JPEG"):
        check_file(data[:2] + exif + data[2:-40], LIMIT)


def test_too_many_pixels_are_refused_by_the_header(picture: Picture, encode: Encode) -> None:
    with pytest.raises(BadImageError, match=r"^150 x 100 pixels, more than 10000 in all$"):
        check_file(encode(picture(100, 150), ".jpg"), LIMIT)
    with pytest.raises(BadImageError, match=r"^100000 x 100000 pixels, more than"):
        check_file(png(100_000, 100_000), LIMIT)


def test_other_formats_are_left_to_opencv(picture: Picture, encode: Encode) -> None:
    check_file(encode(picture(100, 150), ".bmp")[:100], LIMIT)


@given(st.sampled_from([b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b""]), st.binary(max_size=300))
def test_any_bytes_pass_or_are_refused(start: bytes, rest: bytes) -> None:
    with contextlib.suppress(BadImageError):
        check_file(start + rest, LIMIT)


@pytest.mark.shared
def test_real_photographs_are_whole(shared: Path) -> None:
    for photo in (shared / "imagenet_sample" / "images").iterdir():
        check_file(photo.read_bytes(), 2**27)
