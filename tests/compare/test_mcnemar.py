"""McNemar's exact test against published values, and what holds for any counts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clsbench.compare.mcnemar import mcnemar

COUNT = st.integers(0, 400)


@pytest.mark.parametrize(
    ("lost", "gained", "p"),
    [
        (1, 7, 0.0703125),  # 2 (1 + 8) / 2^8: Bentur et al. 2009, in Fagerland, Lydersen and Laake 2014
        (6, 16, 0.052479),  # Cavo et al. 2012, there as well
        (0, 5, 0.0625),
        (0, 6, 0.03125),
        (0, 0, 1.0),
        (10, 10, 1.0),
    ],
)
def test_published_tables_have_their_published_p_value(lost: int, gained: int, p: float) -> None:
    assert mcnemar(lost, gained) == pytest.approx(p, abs=5e-7)


@given(COUNT, COUNT)
def test_p_is_a_probability_and_does_not_depend_on_which_run_comes_first(lost: int, gained: int) -> None:
    assert 0 < mcnemar(lost, gained) <= 1
    assert mcnemar(lost, gained) == pytest.approx(mcnemar(gained, lost))


@given(COUNT, st.integers(0, 20))
def test_p_falls_as_the_counts_part(equal: int, more: int) -> None:
    assert mcnemar(equal, equal + more + 1) <= mcnemar(equal, equal + more) + 1e-12
