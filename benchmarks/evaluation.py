"""Compares the speed of an evaluation with the published script and with the theoretical minimum (the floor).

    python benchmarks/evaluation.py --rounds 5 --images 300

The network is SqueezeNet; network and photographs come from CLSBENCH_SHARED (default ../shared/data). Base size 256,
crop 227, fp32, CPU. Everything is measured in turns, round after round. The script prints a table of medians, then
that of memory.py.

- Published way: one image after the other. This process decodes, resizes, normalises and crops with OpenCV and numpy,
  as the published script does; real pycaffe does the forward pass on all cores. Here pycaffe has its own process, so
  the time includes copying 0.6 MB per image to shared memory.
- clsbench: the loop of `python -m clsbench` on the default engine. In both, opening the engine is not counted.
- Floor: the time of a core for the forward pass alone, at the best batch size, and for decoding, resizing and
  cropping alone, divided by the number of cores. For "one core", the others are idle. For "every core", all do the same
  work and share the memory.
- multi12 at base size 227, where 10 of the 12 views are repeats: only the distinct views, and all 12 views.
"""

import argparse
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import Thread
from time import perf_counter

import numpy as np
from hydra import compose, initialize_config_dir
from numpy.typing import NDArray

from clsbench import config
from clsbench.composition.parts import Parts, assembled
from clsbench.data.crop import Views
from clsbench.data.dataset import Stored
from clsbench.data.decode import decode
from clsbench.data.loader import loaded
from clsbench.data.opencv import cv2
from clsbench.data.preprocessing import Preprocessing
from clsbench.engines.cores import available_cores
from clsbench.engines.engine import Predictor
from clsbench.evaluation.evaluate import evaluate_images
from clsbench.evaluation.tally import Tally

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("CLSBENCH_SHARED", ROOT.parent / "shared" / "data")).resolve()
PHOTOS = SHARED / "imagenet_sample" / "images"
CORES = available_cores()
BATCHES = (1, 2, 4, 8)

ViewMaker = Callable[[NDArray[np.uint8]], Views]
Measures = Mapping[str, Callable[[], float]]
Medians = Mapping[str, float]


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5, help="number of rounds (default: %(default)s)")
    parser.add_argument(
        "--images", type=int, default=300, help="number of photographs, at most 300 (default: %(default)s)"
    )
    parser.add_argument("--no-memory", action="store_true", help="do not run memory.py afterwards")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, opened_measures(Path(name), arguments.images) as measures:
        medians_of(measures, 1)  # warms up
        medians = medians_of(measures, arguments.rounds)
    print(f"{machine()}; {arguments.images} photographs, medians of {arguments.rounds} rounds\n")
    print(table(medians), flush=True)
    if not arguments.no_memory:
        subprocess.run([sys.executable, Path(__file__).with_name("memory.py")], check=True)


def medians_of(measures: Measures, rounds: int) -> Medians:
    """The median of each measure, with all of them taken once per round."""
    values: dict[str, list[float]] = {name: [] for name in measures}
    for number in range(rounds):
        for name, measure in measures.items():
            values[name].append(measure())
        print(f"round {number + 1}:", {name: round(taken[-1], 2) for name, taken in values.items()}, file=sys.stderr)
    return {name: statistics.median(taken) for name, taken in values.items()}


@contextmanager
def opened_measures(folder: Path, images: int) -> Iterator[Measures]:
    """Measures in milliseconds per image; their engines stay open meanwhile."""
    default, caffe = run_of(folder, images), run_of(folder, images, "engine=caffe")
    one_core = run_of(folder, images, "engine.threads=1", "engine.streams=1")
    multi12 = run_of(folder, max(1, images // 5), "crop=multi12", "base_size=227")
    views = views_of_some(default)
    with ExitStack() as stack:
        ours, pycaffe, alone = (stack.enter_context(run.engine.open(run.model)) for run in (default, caffe, one_core))
        measures: dict[str, Callable[[], float]] = {
            "published": partial(published_way, default, pycaffe),
            "clsbench": partial(evaluation, default, default.views, ours),
            "distinct": partial(evaluation, multi12, multi12.views, ours),
            "repeated": partial(evaluation, multi12, Repeated(multi12.views), ours),
        }
        for cores in {1, CORES}:
            measures[f"decode {cores}"] = partial(decode_alone, default, cores)
            for batch in BATCHES:
                measures[f"forward {cores} {batch}"] = partial(forward_alone, alone, views, batch, cores)
        yield measures


def run_of(folder: Path, images: int, *overrides: str) -> Parts:
    """The parts of a run of SqueezeNet on the first ``images`` photographs."""
    config.register()
    network, labels = SHARED / "squeezenet", SHARED / "imagenet_sample" / "val_ilsvrc2012_order.txt"
    own = [
        *("model=custom", f"model.prototxt={network}/deploy.prototxt"),
        *(f"model.weights={network}/squeezenet_v1.0.caffemodel", "preprocessing=caffe"),
        *("dataset=list", f"dataset.root={PHOTOS}", f"dataset.list={labels}", f"limit={images}"),
        *("crop_size=227", "base_size=256", "device=cpu", "precision=fp32", "tracking=none", f"paths.cache={folder}"),
    ]
    with initialize_config_dir(str(config.CONF), version_base="1.3"):
        chosen = {override.split("=")[0]: override for override in [*own, *overrides]}
        return assembled(compose("config", overrides=list(chosen.values())))


def published_way(run: Parts, predict: Predictor) -> float:
    """The steps of the published script, with its types and in its order, one image at a time."""
    cv2.setNumThreads(CORES)
    assert isinstance(run.views.preprocessing, Preprocessing)
    mean, std = np.array(run.views.preprocessing.mean), np.array(run.views.preprocessing.std)
    start = perf_counter()
    for sample in run.dataset.samples:
        image = cv2.imread(str(PHOTOS / sample.name))
        assert image is not None
        height, width = image.shape[:2]
        short = min(height, width)
        resized = cv2.resize(image, (int(width * 256 / short), int(height * 256 / short)))
        normalised = (resized - mean) / std
        top, left = int((normalised.shape[0] - 227) / 2), int((normalised.shape[1] - 227) / 2)
        view = normalised[top : top + 227, left : left + 227].transpose(2, 0, 1)
        np.argsort(-predict(view[np.newaxis].astype(np.float32))[0])
    return milliseconds_an_image(start, run)


def evaluation(run: Parts, views: ViewMaker, predict: Predictor) -> float:
    """The evaluation's own loop, with as many workers and images ahead as in app.py."""
    samples, description = run.dataset.samples, predict.description
    ahead = 2 * (CORES + description.streams * description.batch_size)
    start = perf_counter()

    def made(data: Stored) -> Views:
        assert isinstance(data, bytes)
        return views(decode(data))

    with loaded(run.dataset, range(len(samples)), made, workers=CORES, ahead=ahead) as images:
        evaluate_images(images, samples, predict, Tally(run.model.classes), lambda _: None)
    return milliseconds_an_image(start, run)


@dataclass(frozen=True)
class Repeated:
    """Every view as often as it counts, as evaluated by the published script."""

    distinct: ViewMaker

    def __call__(self, image: NDArray[np.uint8]) -> Views:
        """Repeated views, each with weight 1."""
        made = self.distinct(image)
        views = np.repeat(made.views, made.weights.astype(int), axis=0)
        return Views(views, np.ones(len(views), np.float32))


def views_of_some(run: Parts) -> NDArray[np.float32]:
    """The views of up to 64 images, (view, channel, height, width)."""
    count = min(64, len(run.dataset.samples))
    return np.concatenate([run.views.of_stored(run.dataset.read(index)).views for index in range(count)])


def decode_alone(run: Parts, cores: int) -> float:
    """Milliseconds of one core from an image's file to its view."""
    cv2.setNumThreads(1)
    start = perf_counter()
    on_threads(lambda index: run.views.of_stored(run.dataset.read(index)), len(run.dataset.samples), cores)
    return milliseconds_an_image(start, run) * cores


def forward_alone(predict: Predictor, views: NDArray[np.float32], batch: int, cores: int) -> float:
    """Milliseconds of one core per view's forward, in batches of ``batch``; every core runs all of ``views``."""
    batches = [views[at : at + batch] for at in range(0, len(views), batch)]
    start = perf_counter()
    on_threads(lambda number: predict(batches[number // cores]), len(batches) * cores, cores)
    return 1000 * (perf_counter() - start) / len(views)


def on_threads(work: Callable[[int], object], items: int, threads: int) -> None:
    """``work`` on every item, with each thread taking its share."""

    def share(first: int) -> None:
        for item in range(first, items, threads):
            work(item)

    running = [Thread(target=share, args=(first,)) for first in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()


def milliseconds_an_image(start: float, run: Parts) -> float:
    """The time since ``start``, per image of the run."""
    return 1000 * (perf_counter() - start) / len(run.dataset.samples)


def machine() -> str:
    """Processor, cores, system."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    model = next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), platform.machine())
    return f"{model}, {CORES} cores, {platform.system()}, Python {platform.python_version()}"


def table(medians: Medians) -> str:
    """Milliseconds per image, images per second, and the comparison with clsbench."""
    ours, distinct = medians["clsbench"], medians["distinct"]
    rows = [
        ("published way: one image at a time, pycaffe", medians["published"], ours),
        ("clsbench, default engine", ours, ours),
        *((*floor(medians, cores, words), ours) for cores, words in ((1, "one core"), (CORES, "every core"))),
        ("multi12 at base 227, all 12 views evaluated", medians["repeated"], distinct),
        ("multi12 at base 227, distinct views, as clsbench does", distinct, distinct),
    ]
    lines = [f"| {name} | {value:.2f} | {1000 / value:.1f} | {value / of:.2f} |" for name, value, of in rows]
    return "\n".join(["| | ms an image | images/s | relative to clsbench's ms |", "| --- | --- | --- | --- |", *lines])


def floor(medians: Medians, cores: int, words: str) -> tuple[str, float]:
    """The floor's row with that many cores at work: its text and its milliseconds per image."""
    forward, batch = min((medians[f"forward {cores} {batch}"], batch) for batch in BATCHES)
    decoding = medians[f"decode {cores}"]
    name = f"floor, {words} at work: (forward {forward:.2f}, batch {batch}, + decode {decoding:.2f}) / {CORES} cores"
    return name, (forward + decoding) / CORES


if __name__ == "__main__":
    main()
