import logging

import pytest

from clsbench.engines.climb import climbed


def test_it_climbs_as_long_as_a_view_gets_cheaper(caplog: pytest.LogCaptureFixture) -> None:
    asked = []

    def milliseconds(size: int) -> float:
        asked.append(size)
        return 2.0 + size * 0.01  # what a call costs, and what a view costs

    with caplog.at_level(logging.INFO):
        assert climbed("torch", 32, milliseconds) == 1024
    assert asked == [32, 64, 128, 256, 512, 1024]
    assert "batch_size=1024: a view takes 0.072 ms at 32, 0.041 ms at 64" in caplog.text


def test_it_stops_where_a_view_gains_less_than_a_twentieth() -> None:
    times = {32: 3.2, 64: 4.8, 128: 9.3, 256: 1.0}
    assert climbed("torch", 32, times.__getitem__) == 64


def test_it_stops_below_what_does_not_fit() -> None:
    assert climbed("torch", 32, lambda size: None if size > 128 else 1.0) == 128
    assert climbed("torch", 32, lambda size: None) == 32
