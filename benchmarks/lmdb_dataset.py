"""Compares how fast the loader reads an LMDB of Datums and a folder of BMP files with the same pixels.

    python benchmarks/lmdb_dataset.py [DATUMS]

The evaluation's own loader reads, crops and normalises both, in turn, five times. The script prints the medians in
images per second, their ratio, and the peak memory.
"""

import argparse
import resource
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

import cv2
import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))

from datums import datum, written_lmdb

from clsbench.data.crop import ViewMaker
from clsbench.data.crops.single import SingleCrop
from clsbench.data.dataset import Dataset
from clsbench.data.datasets.image_list import ImageList
from clsbench.data.datasets.lmdb import Lmdb
from clsbench.data.loader import loaded
from clsbench.data.preprocessing import Preprocessing
from clsbench.data.resizes import NoResize
from clsbench.engines.cores import available_cores

ROUNDS, SIDE, CROP = 5, 64, 56


def images_per_second(dataset: Dataset) -> float:
    """The rate of the loader, with one thread per core."""
    views = ViewMaker(Preprocessing([104.0], [1.0], 1.0, "pixels").of(3), SingleCrop(CROP, None), resize=NoResize())
    count, start = len(dataset.samples), perf_counter()
    with loaded(dataset, range(count), views.of_stored, workers=available_cores(), ahead=64) as images:
        assert all(image.problem is None for image in images)
    return count / (perf_counter() - start)


def main(count: int) -> None:
    """Prints both medians, the ratio and the peak memory."""
    with TemporaryDirectory(prefix="clsbench-lmdb-") as name:
        folder = Path(name)
        with ProcessPoolExecutor(1) as other:  # whose mapped pages are not counted here
            other.submit(make, folder, count).result()
        database = folder / "lmdb"
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        start = perf_counter()
        lmdb = Lmdb(str(database), None, "count", 0)(None, None)
        indexed = perf_counter() - start
        files = ImageList(str(folder), str(folder / "list.txt"), None, "count", None, 0)(None, None)
        rates = [(images_per_second(files), images_per_second(lmdb)) for _ in range(ROUNDS)]
        files_rate, lmdb_rate = (median(each) for each in zip(*rates, strict=True))
        print(f"{count:,} images of {SIDE} x {SIDE}, {available_cores()} cores, medians of {ROUNDS} rounds")
        print(
            f"BMP files {files_rate:,.0f} images/s; LMDB {lmdb_rate:,.0f} images/s; ratio {lmdb_rate / files_rate:.2f}"
        )
        print(f"index {indexed:.2f} s; peak memory before {before // 1024} MiB, after {peak()} MiB")


def make(folder: Path, count: int) -> None:
    """Makes both kinds, with a list of the files."""
    random = np.random.default_rng(0)

    def values() -> Iterator[bytes]:
        for number in range(count):
            image = random.integers(0, 256, (SIDE, SIDE, 3), np.uint8)
            cv2.imwrite(str(folder / f"{number:06d}.bmp"), image)
            yield datum(image, 0)

    written_lmdb(folder / "lmdb", values())
    (folder / "list.txt").write_text("".join(f"{number:06d}.bmp 0\n" for number in range(count)))


def peak() -> int:
    """The peak memory of this process, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    count_help = "number of images (default: %(default)s)"
    parser.add_argument("datums", type=int, nargs="?", default=20_000, metavar="DATUMS", help=count_help)
    main(parser.parse_args().datums)
