"""What is written into MLflow's tag for a saved view, and when it is replaced."""

import base64
import json
import zlib
from dataclasses import replace
from typing import Any

from clsbench.tracking.view_state import Column, SavedView, tag_value

VIEW = SavedView(
    key="clsbench-some",
    title="Some",
    says="some runs",
    filter="tags.task = 'time'",
    order_by="attributes.start_time",
    ascending=False,
    columns=(Column("metrics.`top1_error`", 90), Column("tags.`engine`", 80)),
)


def _state(value: str | None) -> dict[str, Any]:
    packed = json.loads(value or "")["state"]
    assert packed.startswith("deflate;")
    state = json.loads(zlib.decompress(base64.b64decode(packed.removeprefix("deflate;"))))
    assert isinstance(state, dict)
    return state


def _saved_in_the_ui(value: str | None, **changes: object) -> str:
    """The tag as the UI writes it: four keys, and a state of its own."""
    kept = json.loads(value or "")
    state = "deflate;" + base64.b64encode(zlib.compress(json.dumps(_state(value) | changes).encode())).decode()
    return json.dumps({"name": "Mine", "createdAt": kept["createdAt"], "updatedAt": 9, "state": state})


def test_a_view_has_filter_order_and_columns_as_the_ui_keeps_them() -> None:
    value = tag_value(VIEW, now=5)
    kept, state = json.loads(value or ""), _state(value)
    assert (kept["name"], kept["createdAt"], kept["updatedAt"]) == ("Some", 5, 5)
    assert state["searchFilter"] == "tags.task = 'time'"
    assert (state["orderByKey"], state["orderByAsc"]) == ("attributes.start_time", False)
    assert state["selectedColumns"] == ["metrics.`top1_error`", "tags.`engine`"]
    assert state["columnOrder"][-2:] == state["selectedColumns"]
    assert state["columnWidths"]["metrics.`top1_error`"] == 90


def test_an_older_mlflow_finds_the_state_where_it_looks_for_it() -> None:
    value = tag_value(VIEW, now=5)
    whole = json.loads(value or "")
    assert _state(value).items() <= whole.items()
    assert {"runsPinned", "runsHidden", "runsExpanded", "runsVisibilityMap"} <= set(whole)


def test_a_view_that_is_there_is_left_alone() -> None:
    assert tag_value(VIEW, now=6, old=tag_value(VIEW, now=5)) is None


def test_a_view_of_an_earlier_version_is_replaced_and_keeps_its_date() -> None:
    value = tag_value(replace(VIEW, columns=VIEW.columns[:1]), now=6, old=tag_value(VIEW, now=5))
    assert _state(value)["selectedColumns"] == ["metrics.`top1_error`"]
    assert (json.loads(value or "")["createdAt"], json.loads(value or "")["updatedAt"]) == (5, 6)


def test_what_a_person_changed_in_the_ui_stays_but_for_the_filter() -> None:
    theirs = _saved_in_the_ui(tag_value(VIEW, now=5), selectedColumns=["params.`crop`"])
    assert tag_value(VIEW, now=10, old=theirs) is None
    value = tag_value(replace(VIEW, filter="tags.sweep_id = '7'"), now=10, old=theirs)
    assert _state(value)["selectedColumns"] == ["params.`crop`"]
    assert _state(value)["searchFilter"] == "tags.sweep_id = '7'"
    assert json.loads(value or "")["name"] == "Mine"
    assert tag_value(VIEW, now=11, old=tag_value(VIEW, now=10, old=value)) is None


def test_a_tag_of_an_unknown_form_is_replaced() -> None:
    for old in ("", "nonsense", "deflate;AAAA", "[]", '{"name": 1}', '{"name": "a", "state": "deflate;AAAA"}', "null"):
        assert tag_value(VIEW, now=5, old=old) == tag_value(VIEW, now=5)
