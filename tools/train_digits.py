"""Makes the demo: trains a small network with real Caffe on scikit-learn's digits, and saves held-out images.

    python tools/train_digits.py             writes images/, digits.caffemodel and README.md to src/clsbench/demo/
    python tools/train_digits.py --validate  trains on some of the training images, scores the others, writes nothing

The settings were chosen with --validate. The shipped images only serve to measure the error in the README.
"""

import argparse
import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import load_digits

from clsbench.data.crop import ViewMaker
from clsbench.data.crops.single import SingleCrop
from clsbench.data.decode import decode
from clsbench.data.preprocessing import Preprocessing

ROOT = Path(__file__).resolve().parents[1]
DEMO = ROOT / "src" / "clsbench" / "demo"
SEED = 0
ITERATIONS = 1600
# The images are ordered by writer, and most writers begin with 0 to 9 three times; one does so at each of these places.
# (scikit-learn's course shows the effect of mixing them: inria.github.io/scikit-learn-mooc, "Sample grouping".)
VALIDATED_FROM, HELD_OUT_FROM = 1029, 1415
MEAN, STD = [78.0] * 3, [96.0] * 3  # of the training pixels, rounded; blue, green, red, alike because they are grey
SIZES = {"standard": (32, 28), "large": (32, 32)}  # base size, crop size
TRAINING_BASE_SIZES = (28, 30, 32, 34)


@dataclass(frozen=True)
class Images:
    """``pixels`` (image, height, width), grey, white ink; ``first`` is their place in scikit-learn's collection."""

    pixels: NDArray[np.uint8]
    labels: NDArray[np.int64]
    first: int

    def between(self, start: int, stop: int) -> "Images":
        """The images at the places from ``start`` to ``stop`` (exclusive)."""
        return Images(self.pixels[start:stop], self.labels[start:stop], start)


def main() -> None:
    """Trains, prints the errors, and writes the demo, except with --validate."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--validate", action="store_true", help="score held-out training images, and write nothing")
    validate = parser.parse_args().validate
    training, scored = parts(digits(), validate=validate)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        misses = train_and_score(folder, training, scored)
        print("\n".join(f"{size}: {wrong} of {len(scored.labels)} wrong" for size, wrong in misses.items()))
        if not validate:
            shutil.copyfile(folder / "digits.caffemodel", DEMO / "digits.caffemodel")
            write_images(scored, DEMO / "images")
            (DEMO / "README.md").write_text(readme(len(training.labels), len(scored.labels), misses))


def digits() -> Images:
    """All of scikit-learn's digits; their 17 shades of grey are spread over 0 to 255."""
    bundled = load_digits()
    pixels = np.round(bundled.images * (255 / 16)).astype(np.uint8)
    return Images(pixels, bundled.target.astype(np.int64), 0)


def parts(images: Images, *, validate: bool) -> tuple[Images, Images]:
    """Images for training and images for scoring, by different writers."""
    if validate:
        return images.between(0, VALIDATED_FROM), images.between(VALIDATED_FROM, HELD_OUT_FROM)
    return images.between(0, HELD_OUT_FROM), images.between(HELD_OUT_FROM, len(images.labels))


def train_and_score(folder: Path, training: Images, scored: Images) -> Mapping[str, int]:
    """Misses by size; ``folder`` then contains the ``digits.caffemodel``."""
    np.save(folder / "labels.npy", training.labels)
    for base in TRAINING_BASE_SIZES:
        np.save(folder / f"views_{base}.npy", views(training, base, base))
    for size, (base, crop) in SIZES.items():
        np.save(folder / f"scored_{size}.npy", views(scored, base, crop))
    run_caffe(folder)
    scores = {size: np.load(folder / f"scores_{size}.npy") for size in SIZES}
    return {size: int((scores[size].argmax(axis=1) != scored.labels).sum()) for size in SIZES}


def views(images: Images, base_size: int, crop_size: int) -> NDArray[np.float32]:
    """The single crop of every image, made as in an evaluation, (image, channel, height, width)."""
    make = ViewMaker(Preprocessing(MEAN, STD, 1.0, "pixels"), SingleCrop(crop_size, base_size))
    return np.concatenate([make(decode(png(pixels))).views for pixels in images.pixels])


def png(pixels: NDArray[np.uint8]) -> bytes:
    """The picture as a PNG file."""
    return bytes(cv2.imencode(".png", pixels)[1])


def run_caffe(folder: Path) -> None:
    """Trains and scores in pycaffe's interpreter; one BLAS thread, so that sums always have the same order."""
    pycaffe = Path(os.environ.get("CLSBENCH_PYCAFFE", Path.home() / ".cache" / "clsbench" / "pycaffe"))
    script = ROOT / "tools" / "digits_solver.py"
    command: list[Path | str] = [pycaffe / "bin" / "python", script]
    command += [DEMO / "digits.prototxt", folder, str(SEED), str(ITERATIONS)]
    quiet = {"GLOG_minloglevel": "2", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    subprocess.run(command, check=True, env={**os.environ, **quiet})


def write_images(images: Images, folder: Path) -> None:
    """One folder per digit; a file is named after its place among scikit-learn's images."""
    shutil.rmtree(folder, ignore_errors=True)
    for place, (pixels, label) in enumerate(zip(images.pixels, images.labels, strict=True), images.first):
        path = folder / str(label) / f"{place:04d}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(png(pixels))


def readme(training: int, held_out: int, misses: Mapping[str, int]) -> str:
    """What the demo is, what its error is, and where its images come from."""
    rows = "\n".join(
        f"| {size} | {base} | {crop} | {held_out} | {misses[size]} | {100 * misses[size] / held_out:.3f} |"
        for size, (base, crop) in SIZES.items()
    )
    return f"""# The demo

A small convolutional network in Caffe's own files, and {held_out} images that it never saw.
`tools/train_digits.py` made all of this folder but `digits.prototxt`: real Caffe trained the network
on {training:,} other images, {ITERATIONS:,} iterations with seed {SEED}. The images come writer by writer,
so the {held_out} are by people whose hand the network has not seen. Its error on them
(`crop=single`, real pycaffe):

| size | base_size | crop_size | images | wrong | top1_error |
| --- | --- | --- | --- | --- | --- |
{rows}

Half of the views of a multi-crop policy are mirror images, and nobody writes mirrored digits:
there the error is higher.

## Source of the images

scikit-learn's `load_digits`, a copy of the test part of *Optical Recognition of Handwritten Digits* by E. Alpaydin and
C. Kaynak (1998, https://archive.ics.uci.edu/dataset/80/optical+recognition+of+handwritten+digits), licensed CC BY 4.0.
Changed here: the 17 shades of grey are spread over 0 to 255, and each 8x8 image is a PNG file, named
`images/<digit>/<place in load_digits>.png`.
"""


if __name__ == "__main__":
    main()
