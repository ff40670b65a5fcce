"""The page about layers and the reader agree on every type."""

import re

from clsbench import config
from clsbench.caffe.data_layer import DATA_TYPES
from clsbench.caffe.other_tasks import OTHER_TASKS
from clsbench.caffe.schema import LAYER_TYPES

_PAGE = (config.CONF.parent / "docs" / "layers.md").read_text(encoding="utf-8")


def _types(heading: str) -> set[str]:
    """The names in the first column of the table under a heading."""
    section = _PAGE.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    rows = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
    return {name for row in rows for name in re.findall(r"`(\w+)`", row)}


def test_every_layer_type_that_is_computed_is_on_the_page_and_no_other() -> None:
    assert _types("Computed") - {"scale"} == set(LAYER_TYPES)


def test_every_layer_type_of_another_task_is_on_the_page_with_the_reason_that_the_error_gives() -> None:
    assert _types("Refused") == {*OTHER_TASKS, "Python"}
    for name, reason in OTHER_TASKS.items():
        assert any(f"`{name}`" in line and reason in line for line in _PAGE.splitlines()), name


def test_every_data_layer_is_on_the_page() -> None:
    named = set(re.findall(r"`(\w+)`", _PAGE.partition("## Data, losses and labels")[2].partition("\n## ")[0]))
    assert set(DATA_TYPES) <= named
