"""Scores that tell nothing are found, and random images made fainter until they tell something."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from clsbench.agree.comparison import Comparison
from clsbench.agree.images import RandomImages
from clsbench.agree.saturation import second_largest, unsaturated

NOISE = RandomImages(count=8, seed=0, shape=(3, 2, 2), rms=64.0)


class Linear:
    """A Softmax over sums of pixels: the stronger they are, the nearer its scores are to 0 and 1."""

    description: Any = SimpleNamespace(batch_size=4, engine="linear")

    def __init__(self, gain: float) -> None:
        self.gain = gain

    def __call__(self, views: NDArray[np.float32]) -> NDArray[np.float32]:
        before = self.gain * views.reshape(len(views), 3, -1).sum(axis=2)
        raised = np.exp(before - before.max(axis=1, keepdims=True))
        return np.asarray(raised / raised.sum(axis=1, keepdims=True), np.float32)


def test_the_largest_but_one_is_by_size() -> None:
    assert second_largest(np.array([0.1, -0.5, 0.7], np.float32)) == pytest.approx(0.5)


def test_a_single_class_tells_nothing() -> None:
    assert second_largest(np.array([1.0], np.float32)) == 0


def test_random_images_that_tell_something_stay_as_they_are() -> None:
    assert unsaturated(NOISE, Linear(0.01), 1e-3) == NOISE


def test_random_images_that_saturate_are_made_fainter_until_they_tell_something() -> None:
    fainter = unsaturated(NOISE, Linear(100.0), 1e-3)
    assert isinstance(fainter, RandomImages)
    assert fainter.rms < NOISE.rms
    assert fainter.digest != NOISE.digest
    with fainter.opened() as images:
        scores = Linear(100.0)(np.concatenate([image.views for image in images if image.views is not None]))
    assert max(second_largest(row) for row in scores) > 1e-3


def test_where_no_strength_helps_they_stay_as_they_are() -> None:
    assert unsaturated(NOISE, Linear(1e12), 1e-3) == NOISE


def test_equal_scores_of_0_and_1_are_saturated() -> None:
    comparison = Comparison("other")
    scores = np.array([0, 1, 1e-9], np.float32)
    comparison.add("a", scores, scores)
    assert comparison.saturated(1e-3)


def test_one_image_that_tells_something_is_enough() -> None:
    comparison = Comparison("other")
    for scores in (np.array([0, 1], np.float32), np.array([0.3, 0.7], np.float32)):
        comparison.add("a", scores, scores)
    assert not comparison.saturated(1e-3)
