"""One tried hypothesis about the views: what the network predicts for every image of the sample."""

from collections import deque
from collections.abc import Generator, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from clsbench.agree.scores import image_scores
from clsbench.data.dataset import Sample
from clsbench.data.loader import LoadedImage
from clsbench.engines.engine import Predictor
from clsbench.evaluation.top_k import top_k


@dataclass(frozen=True)
class Trial:
    """``best`` (image, place) are the five best classes, -1 in a row without any; ``confidence`` (image,) of the first.

    ``ranks`` (labelling, image) is the label's place among the ``classes``, from 1; classes with the same score share
    theirs. ``problem`` says why there is nothing.
    """

    overrides: tuple[str, ...]
    best: NDArray[np.int64]
    confidence: NDArray[np.float64]
    ranks: NDArray[np.float64]
    classes: int
    problem: str = ""

    def hits(self, labels: NDArray[np.int64], k: int = 1) -> NDArray[np.bool_]:
        """Whether each image's label is among its ``k`` best classes."""
        found: NDArray[np.bool_] = (self.best[:, :k] == labels[:, np.newaxis]).any(axis=1) & (labels >= 0)
        return found


def unseen(overrides: tuple[str, ...], shape: tuple[int, int], classes: int, problem: str = "") -> Trial:
    """A trial before any image, or one that network, images or engine refuse; ``shape`` is (labelling, image)."""
    images = shape[1]
    ranks = np.full(shape, float(classes))
    return Trial(overrides, np.full((images, 5), -1), np.zeros(images), ranks, classes, problem)


def fill(trial: Trial, scored: Iterable[tuple[int, NDArray[np.float32]]], labels: Sequence[NDArray[np.int64]]) -> None:
    """Adds the results from the scores; ``scored`` has those of each image (class,), by image index."""
    for image, scores in scored:
        best = top_k(scores, 5)
        trial.best[image, : len(best)] = best
        trial.confidence[image] = _probabilities(scores)[best[0]]
        for row, of_labelling in enumerate(labels):
            if (label := int(of_labelling[image])) >= 0:
                trial.ranks[row, image] = _rank(scores, label)


def forwards(
    images: Iterator[LoadedImage], samples: Sequence[Sample], predictor: Predictor
) -> Generator[tuple[int, NDArray[np.float32]], None, None]:
    """Runs every readable image through the network. Raises EngineError, also if a score is not finite."""
    # A window: with a crop policy of many views, waiting images would fill the memory.
    window: deque[tuple[int, Future[NDArray[np.float32]]]] = deque()
    with _threads(predictor.description.streams) as beside:
        for image in images:
            if image.views is None:
                continue
            score = partial(image_scores, predictor, image.views, image.weights, samples[image.index].name)
            window.append((image.index, beside.submit(score)))
            if len(window) > 2 * predictor.description.streams:
                index, future = window.popleft()
                yield index, future.result()
        for index, future in window:
            yield index, future.result()


def _rank(scores: NDArray[np.float32], label: int) -> float:
    higher, equal = (scores > scores[label]).sum(), (scores == scores[label]).sum()
    return float(higher + (equal + 1) / 2)


def _probabilities(scores: NDArray[np.float32]) -> NDArray[np.float64]:
    exact = scores.astype(np.float64)
    if exact.min() >= 0 and abs(exact.sum() - 1) < 0.01:
        return exact
    powers: NDArray[np.float64] = np.exp(exact - exact.max())  # the network has no Softmax
    powers /= powers.sum()
    return powers


@contextmanager
def _threads(count: int) -> Iterator[Executor]:
    executor = ThreadPoolExecutor(count, thread_name_prefix="doctor")
    try:
        yield executor
    finally:
        executor.shutdown(wait=False, cancel_futures=True)
