"""What the tests of the evaluation share: loaded images without files, and an opened engine for tests."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from clsbench.data.dataset import Sample
from clsbench.data.loader import LoadedImage
from clsbench.engines.engine import Predictor
from clsbench.engines.uniform import Scoring, Uniform
from clsbench.evaluation.evaluate import evaluate_images
from clsbench.evaluation.record import Prediction
from clsbench.evaluation.tally import Tally

SHAPE = (1, 2, 2)


@dataclass(frozen=True)
class NoFiles:
    """A network without files."""

    classes: int
    input_shape: tuple[int, int, int] = SHAPE
    output: str = "prob"

    def onnx(self) -> Path:
        raise AssertionError("an engine for tests reads no files")

    prototxt = caffemodel = onnx


class Bench:
    """Makes images and runs them."""

    def image(self, index: int, weights: Sequence[float] = (1,), seed: int = 0) -> LoadedImage:
        """An image with random views, one for each weight."""
        views = np.random.default_rng([seed, index]).random((len(weights), *SHAPE), np.float32)
        return LoadedImage(index, views, np.array(weights, np.float32), None)

    def bad_image(self, index: int, problem: str) -> LoadedImage:
        """An image that could not be read."""
        return LoadedImage(index, None, np.empty(0, np.float32), problem)

    def samples(self, labels: Sequence[int | None]) -> list[Sample]:
        """Samples named by their place."""
        return [Sample(f"image-{place}", label) for place, label in enumerate(labels)]

    def uniform(
        self, classes: int, *, batch_size: int = 4, streams: int = 1, scoring: Scoring | None = None
    ) -> Predictor:
        """An opened engine for tests."""
        with Uniform(batch_size, streams, scoring).open(NoFiles(classes)) as predictor:
            return predictor

    def sums(self, classes: int) -> Scoring:
        """Scores that depend on nothing but the view: its own bits decide those of its scores."""
        factors = np.random.default_rng(classes).random((classes, int(np.prod(SHAPE))), np.float32)

        def score(views: NDArray[np.float32]) -> NDArray[np.float32]:
            flat = views.reshape(len(views), 1, -1)
            return np.asarray(np.add.reduce(flat * factors, axis=2), np.float32)

        return score

    def run(
        self, images: Sequence[LoadedImage], labels: Sequence[int | None], predictor: Predictor, classes: int
    ) -> tuple[Tally, list[Prediction]]:
        """The tally and what was told, in the order in which it was told."""
        tally, told = Tally(classes), list[Prediction]()
        evaluate_images(images, self.samples(labels), predictor, tally, told.extend)
        return tally, told


@pytest.fixture(scope="session")
def bench() -> Bench:
    return Bench()
