"""How far scores lie apart: the largest and mean difference, and images whose best class changed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from clsbench.agree.comparison import Comparison, Flip

SCORES = arrays(np.float32, (3, 4), elements=st.floats(0, 1, width=32))


def test_differences_are_over_all_images_and_classes() -> None:
    comparison = Comparison("other")
    comparison.add("a", np.array([0.5, 0.25], np.float32), np.array([0.5, 0.25], np.float32))
    comparison.add("b", np.array([0.75, 0.25], np.float32), np.array([0.5, 0.25], np.float32))
    assert comparison.metrics() == {"top1_flips_other": 0, "max_abs_diff_other": 0.25, "mean_abs_diff_other": 0.0625}
    assert comparison.worst_image == "b"
    assert comparison.agrees(0.25)
    assert not comparison.agrees(0.2)


def test_a_flip_tells_both_margins() -> None:
    comparison = Comparison("other")
    comparison.add("a", np.array([0.5, 0.25, 0], np.float32), np.array([0.25, 0.375, 0], np.float32))
    assert comparison.flips == [Flip("a", "other", 0, 1, 0.25, 0.125)]


def test_of_equal_scores_the_lower_class_is_the_best_on_both_sides() -> None:
    comparison = Comparison("other")
    comparison.add("a", np.array([0.5, 0.5], np.float32), np.array([0.5, 0.25], np.float32))
    assert not comparison.flips


@given(SCORES)
def test_what_is_compared_with_itself_agrees(scores: np.ndarray[tuple[int, int], np.dtype[np.float32]]) -> None:
    comparison = Comparison("same")
    for image, row in enumerate(scores):
        comparison.add(str(image), row, row)
    assert (comparison.max_abs_diff, comparison.mean_abs_diff, comparison.flips) == (0, 0, [])


@given(SCORES, SCORES)
def test_the_mean_is_never_above_the_largest(
    one: np.ndarray[tuple[int, int], np.dtype[np.float32]], other: np.ndarray[tuple[int, int], np.dtype[np.float32]]
) -> None:
    comparison = Comparison("other")
    for image, (left, right) in enumerate(zip(one, other, strict=True)):
        comparison.add(str(image), left, right)
    assert comparison.mean_abs_diff <= comparison.max_abs_diff * (1 + 1e-12)
    assert comparison.max_abs_diff == pytest.approx(float(np.abs(one.astype(np.float64) - other).max()))
