"""Measures what ``prepared=true`` saves, which decodes images once: in the loader alone, and in a sweep of four cells.

    python benchmarks/prepared.py --rounds 3 --images 1000

Photographs from CLSBENCH_SHARED (default ../shared/data), repeated to the number in --images. Base size 256, crop 227.
Everything is measured in turns, round after round. The script prints medians of

- the loader alone: processor milliseconds from the file to the view, decoded, and read from the prepared images.
- SqueezeNet, single crop, four cells (`batch_size=1,2,3,4`) in one sweep: the wall time of the whole command with
  `prepared=false`, and with `prepared=true` on an empty folder, where the first cell decodes.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from time import perf_counter, process_time

from clsbench.data.crop import ViewMaker
from clsbench.data.crops.single import SingleCrop
from clsbench.data.datasets.image_list import ImageList
from clsbench.data.opencv import cv2
from clsbench.data.prepared.dataset import PreparedDataset
from clsbench.data.prepared.images import PreparedImages
from clsbench.data.preprocessing import Preprocessing
from clsbench.results.environment import cpu_name

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("CLSBENCH_SHARED", ROOT.parent / "shared" / "data")).resolve()
PHOTOS = SHARED / "imagenet_sample" / "images"
VIEWS = ViewMaker(Preprocessing([104.0, 117.0, 123.0], 1.0, 1.0, "pixels"), SingleCrop(227, 256))


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3, help="number of rounds (default: %(default)s)")
    parser.add_argument("--images", type=int, default=1000, help="number of photographs (default: %(default)s)")
    parser.add_argument("--no-sweep", action="store_true", help="measure the loader only")
    arguments = parser.parse_args()
    cv2.setNumThreads(1)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        linked(folder, arguments.images)
        measures: dict[str, Callable[[], float]] = {
            "decoded, ms an image": lambda: loader(folder, arguments.images, is_kept=False),
            "kept, ms an image": lambda: loader(folder, arguments.images, is_kept=True),
        }
        loader(folder, arguments.images, is_kept=True)  # fills the folder
        if not arguments.no_sweep:
            measures["four cells, prepared=false, s"] = lambda: sweep(folder, "false")
            measures["four cells, prepared=true, s"] = lambda: sweep(folder, "true")
        taken: dict[str, list[float]] = {measure: [] for measure in measures}
        for _ in range(arguments.rounds):
            for measure, function in measures.items():
                taken[measure].append(function())
    medians: Mapping[str, float] = {measure: statistics.median(values) for measure, values in taken.items()}
    print(f"{cpu_name()}; {arguments.images} photographs, medians of {arguments.rounds} rounds\n")
    for measure, value in medians.items():
        print(f"{measure:32} {value:8.3f}")
    values = list(medians.values())
    for what, before, after in zip(("the loader", "the sweep"), values[::2], values[1::2], strict=False):
        print(f"{what}: {before / after:.2f} times faster")


def linked(folder: Path, images: int) -> None:
    """Links to that many photographs, and their list."""
    samples = sorted(PHOTOS.iterdir())
    for index in range(images):
        (folder / f"{index:05}.jpg").symlink_to(samples[index % len(samples)])
    (folder / "list.txt").write_text("".join(f"{index:05}.jpg {index % 1000}\n" for index in range(images)))


def loader(folder: Path, images: int, *, is_kept: bool) -> float:
    """Processor milliseconds per image, one after the other."""
    files = ImageList(str(folder), str(folder / "list.txt"), None, "count", None, 0)(None, None)
    kept = PreparedDataset(files, VIEWS.image_of, PreparedImages(folder / "kept", images))
    start = process_time()
    for index in range(images):
        if is_kept:
            VIEWS.cut(kept.read(index))
        else:
            VIEWS.of_stored(files.read(index))
    return 1000 * (process_time() - start) / images


def sweep(folder: Path, prepared: str) -> float:
    """Wall-clock seconds of the whole command."""
    network = SHARED / "squeezenet"
    outputs = folder / "outputs"
    command = [
        *(sys.executable, "-m", "clsbench", "-m", "model=custom", f"model.prototxt={network}/deploy.prototxt"),
        *(
            f"model.weights={network}/squeezenet_v1.0.caffemodel",
            "preprocessing=caffe",
            "crop_size=227",
            "base_size=256",
        ),
        *("dataset=list", f"dataset.root={folder}", f"dataset.list={folder}/list.txt", "batch_size=1,2,3,4"),
        *(f"paths.outputs={outputs}", f"paths.prepared={folder}/prepared", f"prepared={prepared}", "artifacts=small"),
    ]
    start = perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    seconds = perf_counter() - start
    shutil.rmtree(outputs)
    shutil.rmtree(folder / "prepared", ignore_errors=True)
    return seconds


if __name__ == "__main__":
    main()
