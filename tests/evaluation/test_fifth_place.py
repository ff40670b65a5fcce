"""What is kept at fifth place says how far a top-5 hit is from a miss, whatever the labels."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clsbench.data.dataset import Sample
from clsbench.evaluation.fifth_place import with_fifth_places
from clsbench.evaluation.record import predictions_of

SCORES = [0.05, 0.3, 0.2, 0.15, 0.1, 0.08, 0.07, 0.05]  # the sixth best is 0.07, the fifth 0.08


def _at_fifth(
    scores: Sequence[float], sample: Sample, subset: Sequence[int] | None = None, weights: Sequence[float] = (1,)
) -> tuple[float, float] | None:
    summed = np.array([scores], np.float32) * np.float32(sum(weights))
    of_views = [np.array(weights, np.float32)]
    allowed = None if subset is None else np.array(subset, np.intp)
    made = predictions_of([0], [sample], summed, of_views, allowed)
    [prediction] = with_fifth_places(made, summed, of_views, allowed)
    return prediction.at_fifth


@pytest.mark.parametrize(
    ("sample", "expected"),
    [
        (Sample("a hit is lost to the sixth", 2), (0.2, 0.07)),
        (Sample("a miss is kept out by the fifth", 0), (0.05, 0.08)),
        (Sample("the better of two right labels", 4, (1,)), (0.3, 0.07)),
        (Sample("one inside, one outside", 0, (5,)), (0.08, 0.07)),
        (Sample("the nearer of two misses", 0, (6,)), (0.07, 0.08)),
        (Sample("nobody knows what is right", None), None),
    ],
)
def test_the_right_label_and_its_rival_are_kept(sample: Sample, expected: tuple[float, float] | None) -> None:
    for weights in ((1,), (1, 2)):
        found = _at_fifth(SCORES, sample, weights=weights)
        assert found == (None if expected is None else pytest.approx(expected)), sample.name


def test_where_all_classes_are_among_the_five_nothing_is_to_be_decided() -> None:
    assert _at_fifth(SCORES[:5], Sample("x", 0)) is None
    assert _at_fifth(SCORES, Sample("x", 0), subset=[0, 1, 2]) is None


def test_classes_outside_the_subset_are_neither_right_nor_rivals() -> None:
    assert _at_fifth(SCORES, Sample("x", 2), subset=[0, 2, 3, 4, 5, 6]) == pytest.approx((0.2, 0.05))
    assert _at_fifth(SCORES, Sample("x", 1), subset=[0, 2, 3, 4, 5, 6]) is None


@given(st.lists(st.integers(0, 3), min_size=6, max_size=9), st.integers(0, 5), st.sets(st.integers(0, 5), max_size=2))
def test_its_sign_is_the_hit_but_for_ties(scores: list[int], label: int, also: set[int]) -> None:
    sample = Sample("x", label, tuple(also))
    summed, weights = np.array([scores], np.float32), [np.ones(1, np.float32)]
    [prediction] = with_fifth_places(predictions_of([0], [sample], summed, weights), summed, weights)
    assert prediction.at_fifth is not None
    right, rival = prediction.at_fifth
    assert right == rival or prediction.hit(5) == (right > rival)
