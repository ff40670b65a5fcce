"""Intervals of a difference against published values, and what holds for any counts."""

from math import comb, log, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar  # type: ignore[import-untyped]

from clsbench.compare.intervals import paired_interval, unpaired_interval, unpaired_p


@st.composite
def _tables(draw: st.DrawFn) -> tuple[int, int, int]:
    images = draw(st.integers(1, 60_000))
    lost = draw(st.integers(0, images))
    return lost, draw(st.integers(0, images - lost)), images


@pytest.mark.parametrize(
    ("lost", "gained", "images", "low", "high"),
    [
        (6, 16, 161, -0.1240, -0.0054),  # Cavo et al. 2012, in Fagerland, Lydersen and Laake 2014
        (1, 7, 21, -0.517, -0.026),  # Bentur et al. 2009, there as well
    ],
)
def test_published_paired_tables_have_their_published_interval(
    lost: int, gained: int, images: int, low: float, high: float
) -> None:
    assert paired_interval(lost, gained, images) == pytest.approx((low, high), abs=5e-4)


@pytest.mark.parametrize(("lost", "gained", "images"), [(3, 0, 300), (40, 20, 160), (700, 900, 50_000), (0, 1, 5)])
def test_at_its_ends_the_data_lie_1_96_standard_deviations_away(lost: int, gained: int, images: int) -> None:
    for end in paired_interval(lost, gained, images):
        # The most likely shares of lost and gained whose difference is ``end``, by search.
        def unlikely(share: float, end: float = end) -> float:
            rest = images - lost - gained
            return -(lost * log(share + end) + gained * log(share) + rest * log(1 - 2 * share - end))

        bounds = (max(0.0, -end) + 1e-12, (1 - end) / 2 - 1e-12)
        share = float(minimize_scalar(unlikely, bounds=bounds, options={"xatol": 1e-12}).x)
        variance = images * (2 * share + end - end**2)
        assert abs(lost - gained - images * end) / sqrt(variance) == pytest.approx(1.959964, abs=2e-3)


def test_runs_that_never_differ_have_an_interval_with_a_width() -> None:
    # By hand: images c^2 = z^2 c (1 - c), so c = z^2 / (images + z^2).
    assert paired_interval(0, 0, 300) == pytest.approx((-3.841459 / 303.841459, 3.841459 / 303.841459), abs=1e-7)


@given(_tables())
def test_the_paired_interval_holds_the_difference_and_is_mirrored_with_the_runs(table: tuple[int, int, int]) -> None:
    lost, gained, images = table
    low, high = paired_interval(lost, gained, images)
    assert -1 <= low <= (lost - gained) / images <= high <= 1
    assert paired_interval(gained, lost, images) == pytest.approx((-high, -low), abs=1e-9)


def test_the_paired_interval_keeps_its_95_percent() -> None:
    # All 40 images, summed over what can be seen: the true shares of lost and gained are 0.15 and 0.05.
    images, covered = 40, 0.0
    for lost in range(images + 1):
        for gained in range(images + 1 - lost):
            low, high = paired_interval(lost, gained, images)
            ways = comb(images, lost) * comb(images - lost, gained)
            if low <= 0.1 <= high:
                covered += ways * 0.15**lost * 0.05**gained * 0.8 ** (images - lost - gained)
    assert 0.94 < covered < 0.97


def test_a_published_pair_of_samples_has_its_published_interval() -> None:
    # Newcombe 1998, table II, method 10: 56/70 - 48/80.
    assert unpaired_interval(48, 80, 56, 70) == pytest.approx((0.0524, 0.3339), abs=5e-5)


@given(st.integers(1, 50_000), st.integers(1, 50_000), st.floats(0, 1), st.floats(0, 1))
def test_the_unpaired_interval_holds_the_difference(images_a: int, images_b: int, a: float, b: float) -> None:
    errors_a, errors_b = round(a * images_a), round(b * images_b)
    low, high = unpaired_interval(errors_a, images_a, errors_b, images_b)
    assert low - 1e-9 <= errors_b / images_b - errors_a / images_a <= high + 1e-9


def test_fishers_tea_has_its_p_value() -> None:
    assert unpaired_p(3, 4, 1, 4) == pytest.approx(34 / 70)
