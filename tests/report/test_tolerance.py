"""Within or outside."""

from hypothesis import given
from hypothesis import strategies as st

from clsbench.report.tolerance import OUTSIDE, WITHIN, Figure, verdict


def _figure(value: float, published: float | None = 22.39, error: float = 0.0) -> Figure:
    return Figure("top1_error", value, error, published)


@given(st.integers(-10, 10))
def test_hundredths_up_to_the_tolerance_are_within_however_they_round(hundredths: int) -> None:
    assert verdict([_figure(round(22.39 + hundredths / 100, 2))], 0.1, sampled=False) == WITHIN


def test_two_thousandths_more_are_outside() -> None:
    assert verdict([_figure(22.492)], 0.1, sampled=False) == OUTSIDE


def test_one_figure_outside_is_enough() -> None:
    assert verdict([_figure(22.39), _figure(7.0, 6.0)], 0.1, sampled=False) == OUTSIDE


def test_a_sample_has_its_sampling_error_besides() -> None:
    far = _figure(22.39 + 0.1 + 1.9, error=1.0)
    assert verdict([far], 0.1, sampled=True) == WITHIN
    assert verdict([far], 0.1, sampled=False) == OUTSIDE


def test_where_nothing_is_published_there_is_no_verdict() -> None:
    assert verdict([_figure(22.39, None)], 0.1, sampled=False) == ""
    assert verdict([Figure("top1_error", None, None, 22.39)], 0.1, sampled=False) == ""


def test_a_figure_without_its_other_half_has_neither_difference_nor_ratio() -> None:
    assert _figure(1.0, None).difference is None
    assert _figure(1.0, None).ratio is None
    assert _figure(3.0, 2.0).ratio == 1.5
