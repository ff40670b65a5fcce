"""What a session tells, for engines that can more and less."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from clsbench.timing.job import Job
from clsbench.timing.plan import Plan
from clsbench.timing.session import run_session
from clsbench.timing.times import Times


def _times(job: Job) -> Times:
    times = Times(job.batch)
    run_session(job, lambda name, value: None if name == "stage" else times.take(name, value))
    return times


def test_a_plain_engine_has_forwards_and_nothing_else(job_for: Callable[..., Job], plain: Any) -> None:
    times = _times(job_for(plain))
    assert len(times.forward_ms) == 5
    assert not times.backward_ms
    assert not times.layers
    assert times.first_batch_ms is not None
    assert times.load_seconds is not None
    assert times.peak_rss_mib
    assert times.description
    assert times.description.engine == "plain"


def test_an_engine_with_everything_has_backwards_and_layers(job_for: Callable[..., Job], everything: Any) -> None:
    times = _times(job_for(everything))
    assert len(times.forward_ms) == len(times.backward_ms) == 5
    assert [each.backward_ms for each in times.layers] == [3.0, 4.0]
    assert times.forward_ms[0] != 3.5  # the clean clock, not the nested one


def test_without_backward_and_layers_neither_is_measured(
    job_for: Callable[..., Job], everything: Any, plan: Plan
) -> None:
    times = _times(job_for(everything, replace(plan, backward=False, layer_iterations=0)))
    assert not times.backward_ms
    assert not times.layers


def test_a_profile_has_as_many_iterations_as_asked_for(job_for: Callable[..., Job], profiled: Any) -> None:
    assert _times(job_for(profiled)).layers[0].forward_ms == 3


def test_nested_times_are_those_of_the_engines_own_clock(
    job_for: Callable[..., Job], everything: Any, nested_plan: Plan
) -> None:
    times = _times(job_for(everything, nested_plan))
    assert list(times.forward_ms) == [3.5] * 5
    assert list(times.backward_ms) == [7.5] * 5
    assert [each.layer for each in times.layers] == ["conv", "prob"]


@pytest.mark.parametrize(("phase", "opened"), [("test", "nested"), ("train", "training")])
def test_the_layers_are_opened_in_the_phase_that_is_asked_for(
    job_for: Callable[..., Job], everything: Any, nested_plan: Plan, phase: str, opened: str
) -> None:
    description = _times(job_for(everything, replace(nested_plan, phase=phase))).description
    assert description
    assert description.engine == opened
