"""A plan that makes no sense, or that its engine cannot follow, is refused before anything is opened."""

from dataclasses import replace
from typing import Any

import pytest
from hydra import compose, initialize_config_dir
from hydra.utils import instantiate

from clsbench import config
from clsbench.errors import ConfigError
from clsbench.timing.plan import Plan


@pytest.mark.parametrize("option", ["clean", "caffe"])
def test_every_option_in_conf_is_a_plan_of_that_name(option: str) -> None:
    config.register()
    with initialize_config_dir(version_base="1.3", config_dir=str(config.CONF)):
        plan = instantiate(compose("config", overrides=[f"timing={option}"]).timing)
    assert isinstance(plan, Plan)
    assert plan.name == option
    assert plan.iterations == 1000


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("iterations", 0),
        ("iterations", 1.5),
        ("iterations", True),
        ("warmup", 0),
        ("layer_iterations", -1),
        ("seconds", 0),
        ("seconds", float("nan")),
        ("seconds", "long"),
        ("backward", "maybe"),
        ("nested", None),
        ("phase", "TRAIN"),
    ],
)
def test_a_value_that_is_none_is_refused_by_name(plan: Plan, field: str, value: Any) -> None:
    with pytest.raises(ConfigError, match=f"timing.{field}={value}"):
        replace(plan, **{field: value})


def test_a_backward_is_refused_where_the_engine_has_none(plan: Plan, plain: Any, everything: Any) -> None:
    with pytest.raises(ConfigError, match=r"timing.backward=true engine=plain.*engine=caffe or engine=torch"):
        replace(plan, backward=True).check(plain, "plain")
    replace(plan, backward=True).check(everything, "everything")


def test_nested_timers_are_refused_where_the_engine_has_none(nested_plan: Plan, plain: Any, everything: Any) -> None:
    with pytest.raises(ConfigError, match=r"timing=caffe engine=plain.*timing=clean"):
        nested_plan.check(plain, "plain")
    nested_plan.check(everything, "everything")


def test_a_phase_train_is_refused_for_whole_forwards_and_where_the_engine_has_none(
    plan: Plan, nested_plan: Plan, everything: Any, nested_only: Any
) -> None:
    with pytest.raises(ConfigError, match=r"timing=clean timing.phase=train.*timing=caffe"):
        replace(plan, phase="train")
    training = replace(nested_plan, phase="train")
    with pytest.raises(ConfigError, match=r"timing.phase=train engine=torch.*engine=caffe"):
        training.check(nested_only, "torch")
    training.check(everything, "everything")


def test_by_default_a_backward_is_wanted_where_there_is_one(plan: Plan, plain: Any, everything: Any) -> None:
    assert not plan.wants_backward(plain)
    assert plan.wants_backward(everything)
    assert not replace(plan, backward=False).wants_backward(everything)
