"""Measures whether it is faster on a CPU if the engine, instead of the loader, makes the mirrored views.

    python benchmarks/mirrors.py --rounds 5 --images 40

Photographs and SqueezeNet come from CLSBENCH_SHARED (default ../shared/data), with crop=multi12. Both ways are measured
in turns. The script prints medians of the processor time, which other programs disturb least.
"""

import argparse
import os
import statistics
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import process_time

import clsbench
from clsbench.data.crop import ViewMaker
from clsbench.data.crops.squashed import SquashedCrop
from clsbench.data.pixel_views import in_pairs
from clsbench.data.preprocessing import Preprocessing

SHARED = Path(os.environ.get("CLSBENCH_SHARED", Path(__file__).resolve().parents[2] / "shared" / "data"))


def making(images: int) -> dict[str, Callable[[], None]]:
    """Decoding, resizing and cutting, by how the views are used."""
    files = sorted((SHARED / "imagenet_sample" / "images").iterdir())[:images]
    stored = [file.read_bytes() for file in files]
    all_views = ViewMaker(
        Preprocessing([104.0, 117.0, 123.0], 1.0, 1.0, "pixels"), SquashedCrop("multi12", True, 224, 256)
    )

    def made(maker: ViewMaker) -> None:
        for each in stored:
            maker.of_stored(each)

    return {"views made, all 12": lambda: made(all_views), "views made, 7 of 12": lambda: made(in_pairs(all_views))}


def evaluating(images: int, folder: str) -> dict[str, Callable[[], None]]:
    """Whole evaluations of SqueezeNet on PyTorch."""
    network, photographs = SHARED / "squeezenet", SHARED / "imagenet_sample"
    chosen = [
        *(f"model.prototxt={network}/deploy.prototxt", f"model.weights={network}/squeezenet_v1.0.caffemodel"),
        *("preprocessing=caffe", "crop=multi12", "crop_size=227", "base_size=256", "engine=torch", "device=cpu"),
        *("dataset=list", f"dataset.root={photographs}/images"),
        *(f"dataset.list={photographs}/val_ilsvrc2012_order.txt", f"limit={images}", "artifacts=small"),
        *("tracking=none", "resume=false", f"paths.outputs={folder}"),
    ]
    return {
        "evaluation, all 12": lambda: _run([*chosen, "engine.pixels=false"]),
        "evaluation, 7 of 12": lambda: _run([*chosen, "engine.pixels=true"]),
    }


def _run(overrides: list[str]) -> None:
    clsbench.run(*overrides)


def main() -> None:
    """Prints processor milliseconds per image."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5, help="number of rounds (default: %(default)s)")
    parser.add_argument("--images", type=int, default=40, help="number of photographs (default: %(default)s)")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        ways = {**making(arguments.images), **evaluating(arguments.images, folder)}
        taken: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(arguments.rounds):
            for name, way in ways.items():
                start = process_time()
                way()
                taken[name].append(1000 * (process_time() - start) / arguments.images)
    for name, each in taken.items():
        print(f"{name}: {statistics.median(each):.2f} processor ms an image (median of {len(each)})")


if __name__ == "__main__":
    main()
