"""The clock stands around the predictor's call, as often as the plan says."""

import gc
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from clsbench.engines.timed import LayerTime
from clsbench.timing.job import Job
from clsbench.timing.measure import backward_ms, first_ms, forward_ms, nested, random_views
from clsbench.timing.plan import Plan


def test_random_views_have_the_networks_shape_its_rms_and_only_one_value_a_seed(job_for: Callable[..., Job]) -> None:
    job = job_for(None)
    views = random_views(job)
    assert views.shape == (2, 3, 4, 4)
    assert views.dtype == np.float32
    assert 5 < np.sqrt(np.mean(views**2)) < 20
    np.testing.assert_array_equal(views, random_views(job))
    assert not np.array_equal(views, random_views(replace(job, plan=replace(job.plan, seed=1))))


def test_every_call_is_one_sample_and_lasts_as_long_as_the_call(plan: Plan) -> None:
    def slow(views: Any) -> Any:
        time.sleep(0.01)

    samples = forward_ms(slow, np.zeros(1, np.float32), plan)  # type: ignore[arg-type]
    assert len(samples) == plan.iterations
    assert min(samples) >= 10
    assert first_ms(slow, np.zeros(1, np.float32)) >= 10  # type: ignore[arg-type]


def test_seconds_go_on_after_the_iterations_and_iterations_after_the_seconds(plan: Plan) -> None:
    def call(views: Any) -> Any:
        time.sleep(0.002)

    views = np.zeros(1, np.float32)
    assert len(forward_ms(call, views, replace(plan, seconds=0.2))) > plan.iterations  # type: ignore[arg-type]
    assert len(forward_ms(call, views, replace(plan, seconds=0.001))) == plan.iterations  # type: ignore[arg-type]


def test_only_the_backward_is_in_a_backwards_time(plan: Plan) -> None:
    class Slow:
        def __call__(self, views: Any) -> Any:
            time.sleep(0.05)

        def backward(self) -> None:
            time.sleep(0.01)

    samples = backward_ms(Slow(), np.zeros(1, np.float32), plan)  # type: ignore[arg-type]
    assert len(samples) == plan.iterations
    assert 10 <= min(samples) < 50


def test_no_garbage_is_collected_meanwhile_and_then_it_is_again(plan: Plan) -> None:
    seen = []
    forward_ms(lambda views: seen.append(gc.isenabled()), np.zeros(1, np.float32), plan)  # type: ignore[arg-type]
    assert not any(seen)
    assert gc.isenabled()


@pytest.mark.parametrize("backward", [True, False])
def test_nested_clocks_give_totals_and_the_mean_of_every_layer(everything: Any, plan: Plan, backward: bool) -> None:
    with everything.open_nested(None, backward=backward) as predictor:
        samples = nested(predictor, plan)
        layers = samples.layers(predictor)
    assert list(samples.forward_ms) == [3.5] * 5
    assert list(samples.backward_ms) == [7.5] * 5 * backward
    expected = [(1.0, 3.0), (2.0, 4.0)] if backward else [(1.0, None), (2.0, None)]
    assert layers == [
        LayerTime("conv", "Convolution", *expected[0]),
        LayerTime("prob", "Softmax", *expected[1]),
    ]
