"""exact=true is refused, before any work, where there is nothing that it could do."""

from typing import Any

import pytest
from omegaconf import OmegaConf

from clsbench.composition.exact import check_exact
from clsbench.errors import ConfigError


def _configuration(task: str, planned: str = "evaluate", precision: str = "bf16", exact: bool = True) -> Any:
    return OmegaConf.create(
        {"exact": exact, "task": {"name": task}, "planned_task": planned, "engine": {"precision": precision}}
    )


@pytest.mark.parametrize("task", ["time", "export", "agree", "inputs"])
def test_tasks_that_score_no_images_again_refuse_it(task: str) -> None:
    with pytest.raises(ConfigError, match=f"task={task} exact=true: only an evaluation scores images again"):
        check_exact(_configuration(task))
    check_exact(_configuration(task, exact=False))


def test_a_plan_takes_it_for_an_evaluation_only() -> None:
    check_exact(_configuration("plan"))
    with pytest.raises(ConfigError, match="planned_task=time exact=true"):
        check_exact(_configuration("plan", "time"))


@pytest.mark.parametrize("task", ["evaluate", "merge", "doctor", "plan"])
def test_fp32_has_nothing_to_do(task: str) -> None:
    check_exact(_configuration(task))
    with pytest.raises(ConfigError, match="precision=fp32 exact=true: there is nothing to do"):
        check_exact(_configuration(task, precision="fp32"))
