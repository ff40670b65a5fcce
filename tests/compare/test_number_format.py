"""How figures of a comparison are written."""

from clsbench.compare.number_format import rate


def test_a_rate_of_few_errors_has_its_interval_and_one_of_many_has_none() -> None:
    assert rate(0, 2) == "0.00 (0.00 to 65.76)"  # z² / (2 + z²) with z = 1.96
    assert rate(75, 300) == "25.00"
