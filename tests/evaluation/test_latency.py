import pytest

from clsbench.evaluation.latency import Latency


def test_the_first_forward_is_apart_from_the_percentiles() -> None:
    latency = Latency()
    latency.add(1, 1000.0)
    for milliseconds in range(1, 102):
        latency.add(1, float(milliseconds))
    assert latency.metrics() == pytest.approx(
        {"first_batch_ms": 1000, "batch_ms_p50": 51, "batch_ms_p90": 91, "batch_ms_p99": 100}
    )


def test_what_was_not_measured_is_absent() -> None:
    latency = Latency()
    assert latency.metrics() == {}
    latency.add(2, 5.0)
    assert latency.metrics() == {"first_batch_ms": 5.0}
