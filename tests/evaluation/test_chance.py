"""What counts as an accuracy that guessing gives."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest  # type: ignore[import-untyped]

from clsbench.evaluation.chance import near_chance


@pytest.mark.parametrize(("hits", "images", "classes"), [(0, 200, 1000), (1, 200, 1000), (38, 382, 10), (25, 50, 2)])
def test_what_guessing_gives_is_near_chance(hits: int, images: int, classes: int) -> None:
    assert near_chance(hits, images, classes)


@pytest.mark.parametrize(("hits", "images", "classes"), [(60, 200, 1000), (8, 200, 1000), (375, 382, 10), (48, 50, 2)])
def test_what_a_network_gives_is_not(hits: int, images: int, classes: int) -> None:
    assert not near_chance(hits, images, classes)


def test_a_handful_of_images_tells_nothing() -> None:
    assert not near_chance(0, 5, 1000)


@settings(deadline=None, derandomize=True)
@given(st.integers(10, 2000), st.floats(0, 1), st.sampled_from([2, 3, 10, 1000]))
def test_it_is_what_the_binomial_test_says(images: int, rate: float, classes: int) -> None:
    hits = round(rate * images)
    share = min(2 / classes, (1 + 1 / classes) / 2)
    assert near_chance(hits, images, classes) == (binomtest(hits, images, share, alternative="greater").pvalue > 0.05)
