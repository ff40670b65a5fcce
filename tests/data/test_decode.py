"""Decoding: good images as OpenCV reads them from disk, bad ones refused with their reason."""

import subprocess
import sys
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image  # comes with MLflow, by way of Matplotlib; OpenCV writes no CMYK

from clsbench.data.bad_image import BadImageError
from clsbench.data.decode import decode
from clsbench.errors import DataError

Picture = Callable[[int, int], NDArray[np.uint8]]
Encode = Callable[..., bytes]


def read_from_disk(data: bytes, file: Path) -> NDArray[np.uint8]:
    file.write_bytes(data)
    image = cv2.imread(str(file))
    assert image is not None
    return np.asarray(image, np.uint8)


FORMATS = {".jpg": (1, 3), ".png": (1, 3, 4), ".bmp": (1, 3, 4), ".ppm": (3,), ".tiff": (1, 3, 4), ".webp": (3, 4)}


@pytest.mark.parametrize(("suffix", "channels"), [(suffix, n) for suffix, all_n in FORMATS.items() for n in all_n])
def test_an_image_decodes_as_opencv_reads_it(
    picture: Picture, encode: Encode, tmp_path: Path, suffix: str, channels: int
) -> None:
    colour = picture(31, 47)
    pixels = {1: colour[:, :, 0], 3: colour, 4: np.dstack([colour, colour[:, :, 0]])}[channels]
    data = encode(pixels, suffix)
    made = decode(data)
    assert made.shape == (31, 47, 3)
    assert np.array_equal(made, read_from_disk(data, tmp_path / f"image{suffix}"))


@pytest.mark.parametrize("suffix", [".png", ".tiff"])
def test_16_bits_become_8(picture: Picture, encode: Encode, tmp_path: Path, suffix: str) -> None:
    data = encode(picture(20, 30).astype(np.uint16) * 257, suffix)
    made = decode(data)
    assert made.dtype == np.uint8
    assert np.array_equal(made, picture(20, 30))
    assert np.array_equal(made, read_from_disk(data, tmp_path / f"image{suffix}"))


def test_cmyk_becomes_bgr(picture: Picture, tmp_path: Path) -> None:
    file = BytesIO()
    Image.fromarray(picture(16, 24)).convert("CMYK").save(file, "JPEG")
    made = decode(file.getvalue())
    assert made.shape == (16, 24, 3)
    assert np.array_equal(made, read_from_disk(file.getvalue(), tmp_path / "image.jpg"))


def test_a_photograph_is_turned_as_its_exif_says(picture: Picture, encode: Encode, tmp_path: Path) -> None:
    upright = encode(picture(31, 47), ".jpg")
    # One EXIF entry: tag 0x0112 (orientation), type short, value 6: turn a quarter clockwise to see it upright.
    exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0"
    lying = upright[:2] + b"\xff\xe1" + (len(exif) + 2).to_bytes(2, "big") + exif + upright[2:]
    made = decode(lying)
    assert np.array_equal(made, np.rot90(decode(upright), -1))
    assert np.array_equal(made, read_from_disk(lying, tmp_path / "image.jpg"))


def test_an_empty_file_is_named_so() -> None:
    with pytest.raises(BadImageError, match=r"^empty file$"):
        decode(b"")


@pytest.mark.parametrize(
    "data", [b"<html>not found</html>", b"\0" * 1000, b"GIF89a" + b"\0" * 50, b"BM" + b"\1" * 200, b"\xff"]
)
def test_what_is_no_image_is_named_so(data: bytes) -> None:
    with pytest.raises(BadImageError, match="damaged, or not an image"):
        decode(data)


@pytest.mark.parametrize("kept", [0.99, 0.5, 0.1])
@pytest.mark.parametrize(("suffix", "kind"), [(".jpg", "JPEG"), (".png", "PNG")])
def test_a_truncated_image_is_named_so(picture: Picture, encode: Encode, suffix: str, kind: str, kept: float) -> None:
    data = encode(picture(60, 60), suffix)
    with pytest.raises(BadImageError, match=f"truncated {kind}: the file stops before the image's end"):
        decode(data[: int(len(data) * kept)])


def test_a_bad_image_is_an_error_of_the_data() -> None:
    assert issubclass(BadImageError, DataError)


def test_a_huge_image_of_any_format_is_refused_before_it_takes_memory() -> None:
    # A BMP header that declares 60,000 x 60,000 pixels. In its own process: OpenCV reads its limit when it is loaded.
    program = """
import resource
from clsbench.data.bad_image import BadImageError
from clsbench.data.decode import decode
header = b"BM" + (54).to_bytes(4, "little") + bytes(4) + (54).to_bytes(4, "little") + (40).to_bytes(4, "little")
header += (60_000).to_bytes(4, "little") * 2 + b"\\1\\0\\x18\\0" + bytes(24)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    decode(header + bytes(1000))
except BadImageError as error:
    print(error)
print("MiB:", (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    reason, memory = done.stdout.splitlines()
    assert "CV_IO_MAX_IMAGE_PIXELS" in reason
    assert int(memory.removeprefix("MiB: ")) < 50


def test_opencv_says_nothing_of_bad_images_on_stderr(picture: Picture, encode: Encode, tmp_path: Path) -> None:
    (tmp_path / "damaged.gif").write_bytes(b"GIF89a" + b"\0" * 50)
    (tmp_path / "half.png").write_bytes(encode(picture(60, 60), ".png")[:5000])
    (tmp_path / "half.jpg").write_bytes(encode(picture(60, 60), ".jpg")[:2000])
    program = """
import sys
from pathlib import Path
from clsbench.data.bad_image import BadImageError
from clsbench.data.decode import decode
for file in Path(sys.argv[1]).iterdir():
    try:
        decode(file.read_bytes())
    except BadImageError:
        print("bad")
"""
    done = subprocess.run([sys.executable, "-c", program, tmp_path], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["bad"] * 3
    assert done.stderr == ""
