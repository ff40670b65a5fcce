"""Measures the peak memory of a run, with 1,000 and with 10,000 images.

    python benchmarks/memory.py --rounds 1

Each figure is the peak (VmHWM) of ``python -m clsbench`` in its own process, with the default engine and tracking. The
network is SqueezeNet; the images are the photographs of CLSBENCH_SHARED (default ../shared/data), repeated.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from itertools import cycle, islice
from pathlib import Path
from time import sleep

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("CLSBENCH_SHARED", ROOT.parent / "shared" / "data")).resolve()
IMAGES = (1_000, 10_000)


def main() -> None:
    """Measures in turns, and prints a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=1, help="number of rounds (default: %(default)s)")
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        commands = {images: command(folder, repeated_photos(folder / str(images), images)) for images in IMAGES}
        peaks = [{images: peak_mib(line) for images, line in commands.items()} for _ in range(rounds)]
    medians = {images: statistics.median(peak[images] for peak in peaks) for images in IMAGES}
    print("\n| images | peak memory, MiB |\n| --- | --- |")
    print("\n".join(f"| {images:,} | {median:.1f} |" for images, median in medians.items()))


def repeated_photos(folder: Path, images: int) -> Path:
    """The folder, filled with that many links to photographs and with ``list.txt``."""
    folder.mkdir()
    sample = SHARED / "imagenet_sample"
    lines = islice(cycle((sample / "val_ilsvrc2012_order.txt").read_text().splitlines()), images)
    with (folder / "list.txt").open("w") as labels:
        for number, line in enumerate(lines):
            photo = line.rsplit(maxsplit=1)[0]
            (folder / f"{number}-{photo}").symlink_to(sample / "images" / photo)
            labels.write(f"{number}-{line}\n")
    return folder


def command(folder: Path, photos: Path) -> Sequence[str]:
    """The command line of a run that keeps everything in ``folder``."""
    network = SHARED / "squeezenet"
    return [
        *(sys.executable, "-m", "clsbench", f"paths.outputs={folder}/outputs", f"paths.cache={folder}/networks"),
        *("model=custom", f"model.prototxt={network}/deploy.prototxt"),
        *(f"model.weights={network}/squeezenet_v1.0.caffemodel", "preprocessing=caffe"),
        *("dataset=list", f"dataset.root={photos}", f"dataset.list={photos}/list.txt"),
        *("crop_size=227", "base_size=256", "device=cpu", "precision=fp32"),
    ]


def peak_mib(line: Sequence[str]) -> float:
    """Peak resident memory of the process in MiB; raises if it fails."""
    peak = 0.0
    with subprocess.Popen(line, stdout=subprocess.DEVNULL) as process:
        while process.poll() is None:
            peak = max(peak, vm_hwm_mib(process.pid))  # it never falls, so the last reading is the peak
            sleep(0.02)
    if process.returncode:
        raise SystemExit(f"exit code {process.returncode}: {' '.join(line)}")
    return peak


def vm_hwm_mib(pid: int) -> float:
    """The peak of a process so far; 0 for one that has ended."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return max((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:")), default=0.0)


if __name__ == "__main__":
    main()
