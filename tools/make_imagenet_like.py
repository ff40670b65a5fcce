"""Makes a stand-in for ImageNet's validation set from a few photographs: up to 50,000 JPEGs with its names and sizes.

    python tools/make_imagenet_like.py PHOTOGRAPHS TARGET                   # a folder of 6.8 GB, and a tar of 6.8 GB
    python tools/make_imagenet_like.py PHOTOGRAPHS TARGET --images 1000 --seed 2

It writes ``TARGET/images/ILSVRC2012_val_00000001.JPEG`` … and ``TARGET/ILSVRC2012_img_val.tar``. Each image is a random
window of a photograph with its own brightness. The content has nothing to do with the class that the name stands for,
so errors are at chance level. The same photographs, seed and OpenCV version give the same bytes. If the script is
stopped, run the same command again to continue.
"""

import argparse
import hashlib
import io
import multiprocessing
import os
import sys
import tarfile
import time
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]

IMAGES = 50_000
ARCHIVE = "ILSVRC2012_img_val.tar"
# Height, width, and how many in a hundred images have them: most of ImageNet's have a long side of 500 pixels.
_SIZES = (
    *((375, 500, 46), (333, 500, 16), (500, 375, 14), (334, 500, 5), (500, 333, 5), (480, 640, 4), (300, 400, 3)),
    *((500, 500, 3), (240, 320, 1), (768, 1024, 1), (1200, 1600, 1), (110, 150, 1)),
)
_GREY = 0.017  # of all: roughly as many of ImageNet's have one channel
_BLOCK = 100  # images that a process makes at once

_photographs: list[Pixels] = []  # in a worker


def name_of(number: int) -> str:
    """The official name of the image, counted from 1."""
    return f"ILSVRC2012_val_{number:08}.JPEG"


def made(photographs: Sequence[Pixels], seed: int, number: int) -> bytes:
    """The image's JPEG file."""
    chance = np.random.default_rng([seed, number])
    whole = photographs[int(chance.integers(len(photographs)))]
    weights = np.array([weight for *_, weight in _SIZES])
    height, width, _ = _SIZES[chance.choice(len(_SIZES), p=weights / weights.sum())]
    share = chance.uniform(0.4, 1) * min(whole.shape[0] / height, whole.shape[1] / width)
    down, right = max(int(height * share), 1), max(int(width * share), 1)
    top, left = (int(chance.integers(have - want + 1)) for have, want in zip(whole.shape, (down, right), strict=False))
    window = whole[top : top + down, left : left + right][:, :: chance.choice([-1, 1])]
    image = cv2.resize(np.ascontiguousarray(window), (width, height), interpolation=cv2.INTER_CUBIC)
    image = cv2.convertScaleAbs(image, alpha=chance.uniform(0.7, 1.2), beta=chance.uniform(0, 20))
    # An enlarged window is smooth; the grain makes the files as large as those of a camera.
    image = cv2.add(image, chance.integers(0, int(chance.integers(4, 32)), image.shape, np.uint8))
    if chance.random() < _GREY:
        image = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
    _, file = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, int(chance.integers(94, 100))])
    return file.tobytes()


def read(folder: Path) -> list[Pixels]:
    """The folder's photographs by name, (height, width, BGR)."""
    images = [cv2.imread(str(path)) for path in _files(folder)]
    return [image.astype(np.uint8, copy=False) for image in images if image is not None]


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.is_file())


def _start(folder: Path) -> None:
    cv2.setNumThreads(1)
    _photographs[:] = read(folder)


def _make(block: tuple[Path, int, range]) -> int:
    """Makes the block's missing images, and returns how many it has."""
    folder, seed, numbers = block
    for number in numbers:
        path = folder / name_of(number)
        if not path.exists():
            part = path.with_suffix(".part")
            part.write_bytes(made(_photographs, seed, number))
            part.replace(path)
    return len(numbers)


def make_folder(photographs: Path, folder: Path, images: int, seed: int) -> None:
    """Makes all images, on all cores."""
    folder.mkdir(parents=True, exist_ok=True)
    blocks = [(folder, seed, range(at, min(at + _BLOCK, images + 1))) for at in range(1, images + 1, _BLOCK)]
    done, cores = 0, len(os.sched_getaffinity(0))
    with multiprocessing.get_context("spawn").Pool(cores, _start, (photographs,)) as pool:
        for count in pool.imap_unordered(_make, blocks):
            done += count
            print(f"\r{done} of {images}", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)


def make_archive(folder: Path, archive: Path, images: int) -> None:
    """Makes a tar of the folder's images, by name."""
    part = archive.with_suffix(".part")
    with tarfile.open(part, "w", format=tarfile.USTAR_FORMAT) as tar:
        for number in range(1, images + 1):
            content = (folder / name_of(number)).read_bytes()
            member = tarfile.TarInfo(name_of(number))
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
            tar.members.clear()  # type: ignore[attr-defined]  # it would keep all of them
    part.replace(archive)


def _digest(photographs: Path) -> str:
    sha256 = hashlib.sha256()
    for path in _files(photographs):
        sha256.update(path.read_bytes())
    return sha256.hexdigest()


def _same_making(target: Path, making: str) -> bool:
    """Whether ``target`` is new, or was begun by the same command."""
    note = target / "made_by.txt"
    if note.exists():
        return note.read_text(encoding="utf-8") == making
    target.mkdir(parents=True, exist_ok=True)
    note.write_text(making, encoding="utf-8")
    return True


def main() -> int:
    """Returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("photographs", type=Path, help="folder of images that OpenCV can read")
    parser.add_argument("target", type=Path, help="folder to write; it is created if missing")
    parser.add_argument(
        "--images", type=int, default=IMAGES, help="number of images (default and maximum: %(default)s)"
    )
    parser.add_argument(
        "--seed", type=int, default=1, help="seed of the windows and the brightness (default: %(default)s)"
    )
    options = parser.parse_args()
    if not 1 <= options.images <= IMAGES:
        parser.error(f"--images {options.images}: give 1 to {IMAGES}, as ImageNet's validation set has")
    if not options.photographs.is_dir() or not read(options.photographs):
        parser.error(f"{options.photographs} holds no image that OpenCV reads; give a folder of photographs")
    making = (
        f"photographs {_digest(options.photographs)}\nimages {options.images}\n"
        f"seed {options.seed}\ncv2 {cv2.__version__}\n"
    )
    if not _same_making(options.target, making):
        parser.error(f"{options.target} was made otherwise (see made_by.txt there); give another folder, or remove it")
    started = time.monotonic()
    make_folder(options.photographs, options.target / "images", options.images, options.seed)
    archive = options.target / ARCHIVE
    if not archive.exists():
        make_archive(options.target / "images", archive, options.images)
    size, seconds = archive.stat().st_size / 1e9, time.monotonic() - started
    print(f"{options.images} images, {archive} has {size:.2f} GB, {seconds:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
