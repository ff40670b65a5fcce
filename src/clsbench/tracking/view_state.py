"""How MLflow's UI stores a saved view of the runs page: an experiment tag, taken from views that the UI itself saved.

The tag's value is JSON, ``{name, createdAt, updatedAt, state}``; ``state`` is ``deflate;`` and the base64 of the zlib
stream of another JSON: filter, order and columns. Seen in MLflow 3.17; 3.10 reads the same tag differently, see below.
"""

import base64
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

TAG_PREFIX = "mlflow.sharedViewState."
_HEADER = "deflate;"
# If the UI saves a view itself, this is lost, which distinguishes a person's changes from what we wrote.
_BY = {"by": "clsbench"}
# MLflow 3.10 has no envelope: it takes the whole JSON as the state, and its page breaks without one of these.
# 3.17 ignores anything else in the envelope.
_FOR_3_10: dict[str, Any] = {
    "runsExpanded": {},
    "runsPinned": [],
    "runsHidden": [],
    "runsVisibilityMap": {},
    "autoRefreshEnabled": True,
}


@dataclass(frozen=True)
class Column:
    """``name`` in the form that MLflow sorts by, such as ``metrics.`top1_error` ``; ``width`` in pixels."""

    name: str
    width: int


@dataclass(frozen=True)
class SavedView:
    """``key`` appears in the link, ``title`` in the UI's list; ``filter`` and ``order_by`` are as in MLflow's search.

    ``says``: what it shows, in words; ``name_width``: pixels for the run's name, to the left of all columns.
    """

    key: str
    title: str
    says: str
    filter: str
    order_by: str
    ascending: bool
    columns: tuple[Column, ...]
    name_width: int = 310

    @property
    def tag(self) -> str:
        """The experiment tag that stores it."""
        return TAG_PREFIX + self.key


def tag_value(view: SavedView, now: int, old: str | None = None) -> str | None:
    """The tag's new value at ``now`` (milliseconds since 1970); None if ``old`` need not or must not be replaced.

    A view that a person has changed in the UI keeps those changes; only its filter follows ours.
    """
    state, created = _state(view), now
    kept = _read(old)
    if kept is not None:
        created = kept["createdAt"]
        if kept.get("by") != _BY["by"]:
            state = kept["state"] | {"searchFilter": view.filter}
        if state == kept["state"]:
            return None
    envelope = {"name": kept["name"] if kept else view.title, "createdAt": created, "updatedAt": now}
    by = _BY if kept is None or "by" in kept else {}
    return json.dumps(state | _FOR_3_10 | envelope | {"state": _packed(state)} | by)


def _state(view: SavedView) -> dict[str, Any]:
    """What the UI restores; everything that it writes itself is here, because it merges a view without checking it."""
    names = [column.name for column in view.columns]
    pinned = {"attributes.`Run Name`": view.name_width, "runDateAndNestInfo": 150}
    return {
        "searchFilter": view.filter,
        "orderByKey": view.order_by,
        "orderByAsc": view.ascending,
        "startTime": "ALL",
        "lifecycleFilter": "Active",
        "datasetsFilter": [],
        "modelVersionFilter": "All Runs",
        "selectedColumns": names,
        "columnOrder": [*pinned, *names],
        "columnWidths": pinned | {column.name: column.width for column in view.columns},
        "runsHiddenMode": "FIRST_10_RUNS",
        "viewMaximized": False,
        "runListHidden": False,
        "isAccordionReordered": False,
        "useGroupedValuesInCharts": True,
        "hideEmptyCharts": True,
        "groupBy": None,
        "groupsExpanded": {},
        "globalLineChartConfig": {"xAxisKey": "step", "lineSmoothness": 0, "selectedXAxisMetricKey": ""},
    }


def _packed(state: Mapping[str, Any]) -> str:
    return _HEADER + base64.b64encode(zlib.compress(json.dumps(state).encode())).decode()


def _read(value: str | None) -> dict[str, Any] | None:
    """The tag's JSON with its state unpacked; None if it is absent or has an unknown format."""
    try:
        kept = json.loads(value or "")
        state = json.loads(zlib.decompress(base64.b64decode(kept["state"].removeprefix(_HEADER))))
        return dict(kept) | {"name": str(kept["name"]), "createdAt": int(kept["createdAt"]), "state": dict(state)}
    except (ValueError, TypeError, KeyError, AttributeError, zlib.error):
        return None
