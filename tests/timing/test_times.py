"""The metrics of samples; what was not measured is absent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clsbench.engines.timed import LayerTime
from clsbench.timing.times import Times, statistics_of


def test_nothing_measured_has_no_metrics() -> None:
    assert Times(batch=1).metrics() == {}


def test_samples_become_statistics_and_throughput() -> None:
    times = Times(batch=4, forward_ms=[1.0, 2.0, 3.0], layers=[LayerTime("a", "A", 0.5), LayerTime("b", "B", 1.0)])
    metrics = times.metrics()
    assert metrics["forward_ms_mean"] == metrics["forward_ms_p50"] == 2.0
    assert metrics["iterations"] == 3
    assert metrics["images_per_second"] == pytest.approx(2000)
    assert metrics["layers_forward_ms"] == 1.5
    assert not [key for key in metrics if "backward" in key]


def test_the_energy_of_the_forwards_is_given_an_image() -> None:
    times = Times(batch=4, forward_ms=[1.0, 2.0, 3.0], conditions={"gpu_joules": 6.0, "gpu_mhz": 1980.0})
    metrics = times.metrics()
    assert (metrics["joules_per_image"], metrics["gpu_mhz"]) == (0.5, 1980.0)
    assert "gpu_joules" not in metrics


def test_the_backward_of_layers_is_summed_where_there_is_one() -> None:
    times = Times(batch=1, layers=[LayerTime("a", "A", 0.5, 2.0), LayerTime("b", "B", 1.0, 3.0)])
    assert times.metrics()["layers_backward_ms"] == 5.0


@given(st.lists(st.floats(0.001, 1e6), min_size=1, max_size=50))
def test_percentiles_are_ordered_and_lie_among_the_samples(samples: list[float]) -> None:
    found = statistics_of("ms", samples)
    p50, p90, p99 = found["ms_p50"], found["ms_p90"], found["ms_p99"]
    assert min(samples) <= p50 <= p90 <= p99 <= max(samples)
    assert found["ms_std"] >= 0
