"""Measures what an evaluation costs in addition to decoding and the forward pass, and its highest possible throughput.

    python benchmarks/loop.py --rounds 5 --images 20000

The images are tiny (8 x 8 PNG files in a temporary folder). The network has 1,000 classes. Its engine returns scores
that were computed before. Everything is measured in turns, round after round. The script prints medians of

- the processor time per image on one core, with an engine that returns at once: of the evaluation that
  `python -m clsbench` runs, with its journal, and of a bare loop that decodes and crops the same images. The difference
  is the cost of the evaluation, including reading the file.
- images per second on all cores, with a device that takes 2 ms for a batch of 256 and uses no core meanwhile.
"""

import argparse
import os
import platform
import statistics
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, process_time, sleep

import numpy as np
from hydra import compose, initialize_config_dir
from numpy.typing import NDArray
from omegaconf import DictConfig

from clsbench import config
from clsbench.composition.parts import Parts, assembled
from clsbench.data.opencv import cv2
from clsbench.engines.uniform import Uniform
from clsbench.evaluation.journal import journal_at
from clsbench.evaluation.tally import Tally
from clsbench.tasks.evaluation import Evaluation
from clsbench.tracking.tracker import Cell

CLASSES, SIDE, BATCH = 1000, 8, 256
_PROTOTXT = f"""
layer {{ name: "data" type: "Input" top: "data" input_param {{ shape {{ dim: 1 dim: 3 dim: {SIDE} dim: {SIDE} }} }} }}
layer {{ name: "fc" type: "InnerProduct" bottom: "data" top: "fc" inner_product_param {{ num_output: {CLASSES} }} }}
layer {{ name: "prob" type: "Softmax" bottom: "fc" top: "prob" }}
"""


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5, help="number of rounds (default: %(default)s)")
    parser.add_argument("--images", type=int, default=20_000, help="number of images (default: %(default)s)")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, composed(Path(name), arguments.images) as run:
        every = sorted(os.sched_getaffinity(0))
        measures: Mapping[str, Callable[[], float]] = {
            "evaluation, one core": lambda: on_cores(every[:1], lambda: evaluation(run, Device(0.0), process_time)),
            "decode, one core": lambda: on_cores(every[:1], lambda: decode_alone(run.parts)),
            "evaluation, every core": lambda: evaluation(run, Device(0.002), perf_counter),
        }
        taken: dict[str, list[float]] = {measure: [] for measure in measures}
        for _ in range(arguments.rounds):
            for measure, function in measures.items():
                taken[measure].append(function())
    medians = {measure: 1e6 * statistics.median(values) / arguments.images for measure, values in taken.items()}
    print(f"{platform.processor() or platform.machine()}, {len(every)} cores; {arguments.images} images, ", end="")
    print(f"medians of {arguments.rounds} rounds, microseconds an image\n")
    for measure, value in medians.items():
        print(f"{measure:24} {value:8.1f}")
    print(f"{'neither decode nor forward':24} {medians['evaluation, one core'] - medians['decode, one core']:6.1f}")
    print(f"{'images a second, 2 ms a batch of 256':24} {1e6 / medians['evaluation, every core']:,.0f}")


@dataclass(frozen=True)
class Device:
    """Precomputed scores, returned after ``seconds``."""

    seconds: float

    def __call__(self, views: NDArray[np.float32]) -> NDArray[np.float32]:
        """Scores (batch, class)."""
        if self.seconds:
            sleep(self.seconds)
        return _SCORES[: len(views)]


_SCORES = np.random.default_rng(0).dirichlet(np.ones(CLASSES), BATCH).astype(np.float32)


@dataclass(frozen=True)
class Run:
    """A run's configuration and parts, and a folder for its journal."""

    cfg: DictConfig
    parts: Parts
    folder: Path


@contextmanager
def composed(folder: Path, images: int) -> Iterator[Run]:
    """A run on that many images, which are made in ``folder``."""
    rng = np.random.default_rng(0)
    for index in range(images):
        encoded = cv2.imencode(".png", rng.integers(0, 256, (SIDE, SIDE, 3), np.uint8))[1]
        (folder / f"{index:05}.png").write_bytes(encoded.tobytes())
    (folder / "list.txt").write_text("".join(f"{index:05}.png {index % CLASSES}\n" for index in range(images)))
    (folder / "net.prototxt").write_text(_PROTOTXT)
    config.register()
    overrides = [
        *("model=custom", f"model.prototxt={folder}/net.prototxt", "model.weights=random", "preprocessing=torch"),
        *("dataset=list", f"dataset.root={folder}", f"dataset.list={folder}/list.txt", "dataset.label_order=null"),
        *(f"crop_size={SIDE}", f"base_size={SIDE}", "device=cpu", "tracking=none", f"paths.cache={folder}/cache"),
    ]
    with initialize_config_dir(str(config.CONF), version_base="1.3"):
        cfg = compose("config", overrides=overrides)
        yield Run(cfg, assembled(cfg), folder)


def evaluation(run: Run, device: Device, clock: Callable[[], float]) -> float:
    """Wall-clock seconds of an evaluation, from the first image to the last, as its task runs it."""
    parts = run.parts
    with (
        journal_at(run.folder / "unfinished", parts.dataset.samples, resume=False) as journal,
        Uniform(BATCH, 1, device).open(parts.model) as predictor,
        parts.tracker.run(Cell("loop", {}, {}), run.folder / "clsbench.log") as tracked,
    ):
        tally = Tally(parts.model.classes)
        task = Evaluation(run.cfg, parts, journal, tally)
        task.take_over({"fingerprint": "f", "device": "cpu", "precision": "fp32"}, BATCH, tracked)
        start = clock()
        task.run(predictor, tracked)
        seconds = clock() - start
        assert len(task.predictions) == tally.images == len(parts.dataset.samples)
        assert not tally.images_bad
        return seconds


def decode_alone(parts: Parts) -> float:
    """Processor seconds from all images' bytes to their views, one after the other."""
    stored = [parts.dataset.read(index) for index in range(len(parts.dataset.samples))]
    start = process_time()
    for image in stored:
        parts.views.of_stored(image)
    return process_time() - start


def on_cores(cores: list[int], measure: Callable[[], float]) -> float:
    """The result of ``measure`` when the process may use only ``cores``."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    try:
        return measure()
    finally:
        os.sched_setaffinity(0, before)


if __name__ == "__main__":
    main()
