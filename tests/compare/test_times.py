"""Timings compared by their medians."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clsbench.compare.times import median_interval

CALLS = st.lists(st.floats(0.1, 1000), min_size=10, max_size=30).map(np.array)


def test_the_interval_is_the_same_at_every_call_and_holds_a_shift() -> None:
    random = np.random.default_rng(1)
    a, b = random.normal(10, 0.5, 200), random.normal(12, 0.5, 300)
    low, high = median_interval(a, b) or (0.0, 0.0)
    assert low < 2 < high
    assert high - low < 0.5
    assert median_interval(a, b) == (low, high)


@settings(max_examples=10)
@given(CALLS)
def test_a_run_beside_itself_does_not_differ(calls: np.ndarray[tuple[int], np.dtype[np.float64]]) -> None:
    low, high = median_interval(calls, calls) or (1.0, 0.0)
    assert low <= 0 <= high


@pytest.mark.parametrize("count", [1, 9])
def test_of_a_few_calls_nothing_is_said(count: int) -> None:
    assert median_interval(np.ones(count), np.ones(200)) is None
