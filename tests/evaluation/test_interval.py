"""What stands beside an error rate."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clsbench.evaluation.interval import doubt, wilson


@pytest.mark.parametrize(
    ("wrong", "images", "interval"),
    # R. G. Newcombe, Statistics in Medicine 17 (1998), Table I, method 3.
    [(81, 263, (25.53, 36.62)), (15, 148, (6.24, 16.05)), (0, 20, (0.0, 16.11)), (1, 29, (0.61, 17.18))],
)
def test_wilsons_interval_is_the_published_one(wrong: int, images: int, interval: tuple[float, float]) -> None:
    assert wilson(wrong, images) == pytest.approx(interval, abs=0.005)


@given(st.data(), st.integers(1, 10_000))
def test_it_holds_the_rate_and_mirrors(data: st.DataObject, images: int) -> None:
    wrong = data.draw(st.integers(0, images))
    low, high = wilson(wrong, images)
    assert 0 <= low <= 100 * wrong / images + 1e-9
    assert 100 * wrong / images - 1e-9 <= high <= 100
    mirrored = wilson(images - wrong, images)
    assert (100 - high, 100 - low) == pytest.approx(mirrored, abs=1e-9)


def test_nothing_of_two_images_is_not_certain() -> None:
    assert doubt(0.0, 0.0, 2) == "(0.00 to 65.76)"
    assert doubt(30.0, 2.5, 300) == "± 2.50"
    assert doubt(30.0, None, None) == ""
