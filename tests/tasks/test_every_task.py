"""Every file of conf/task has its function, which is imported when it is chosen."""

import pytest

from clsbench.app import TASKS, task_called
from clsbench.config import CONF
from clsbench.errors import ConfigError


def test_every_task_of_conf_is_in_the_table() -> None:
    assert set(TASKS) == {path.stem for path in (CONF / "task").glob("*.yaml")}


@pytest.mark.parametrize("name", TASKS)
def test_every_task_of_the_table_can_be_called(name: str) -> None:
    assert callable(task_called(name))


def test_an_unknown_task_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(ConfigError, match=r"task=eval: choose one of agree, doctor, evaluate"):
        task_called("eval")
