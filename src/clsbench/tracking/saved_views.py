"""The saved views of MLflow's runs page, which make it read like the published tables, and the links that open them."""

import logging
import time
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urlsplit

from mlflow import MlflowClient

from clsbench.tracking.outage import TROUBLE
from clsbench.tracking.tracker import DESCRIPTION_TAG
from clsbench.tracking.view_state import Column, SavedView, tag_value

log = logging.getLogger(__name__)

# Where `mlflow ui` listens by default.
DEFAULT_UI = "http://127.0.0.1:5000"


def _columns(kind: str, **widths: int) -> tuple[Column, ...]:
    return tuple(Column(f"{kind}.`{name}`", width) for name, width in widths.items())


# The run's name, which describes the cell in words, is fixed to the left of all columns.
_ERRORS = _columns("metrics", top1_error=95, published_top1_error=165, delta_top1_error=130) + _columns(
    "metrics", top5_error=95, published_top5_error=165, delta_top5_error=130
)
_TIMES = _columns("metrics", forward_ms_p50=130, forward_ms_mean=140, published_forward_ms=170) + _columns(
    "metrics", backward_ms_p50=135, backward_ms_mean=150, published_backward_ms=175
)
_SIZE = _columns("params", size=90, crop=80, crop_size=80)
_ENGINE = _columns("tags", engine=115, device=80, precision=80)
_INPUTS = _columns("params", dataset=100, limit=60, weights=180)
_NOTED = _columns("tags", weights_relation=130, bad_images=160, noisy=160)

_RUN_NAME, _START = "tags.`mlflow.runName`", "attributes.start_time"
_FINISHED = "attributes.status = 'FINISHED'"
_ALL_IMAGES = "tags.dataset = 'imagenet' and tags.weights = 'file' and params.limit = 'all' and metrics.images_bad = 0"

TABLE_1 = SavedView(
    key="clsbench-table-1",
    title="Table 1",
    says="errors on the whole ILSVRC2012 validation set beside the published ones, one row per cell",
    filter=f"{_FINISHED} and tags.task = 'evaluate' and {_ALL_IMAGES}",
    order_by=_RUN_NAME,
    ascending=True,
    columns=_ERRORS + _SIZE + _ENGINE + _NOTED,
)
TABLE_3 = SavedView(
    key="clsbench-table-3",
    title="Table 3",
    says="forward and backward times of one image, in milliseconds",
    filter=f"{_FINISHED} and tags.task = 'time'",
    order_by=_RUN_NAME,
    ascending=True,
    columns=_TIMES
    + _columns("params", size=90, crop_size=80, batch_size=90, threads=80)
    + _ENGINE
    + _columns("tags", hardware=260, noisy=160),
    name_width=390,
)
LATEST = SavedView(
    key="clsbench-latest",
    title="Latest runs",
    says="every run, the newest first, whatever its images and weights",
    filter="tags.task != 'sweep'",
    order_by=_START,
    ascending=False,
    columns=_ERRORS + _TIMES[:1] + _SIZE + _ENGINE + _INPUTS + _NOTED,
)
FAILED = SavedView(
    key="clsbench-failed",
    title="Failed",
    says="runs that failed or were killed, with what went wrong",
    filter="attributes.status != 'FINISHED' and attributes.status != 'RUNNING'",
    order_by=_START,
    ascending=False,
    columns=_columns("tags", error=700, task=90) + _SIZE + _ENGINE + _INPUTS,
)
LAST_SWEEP = SavedView(
    key="clsbench-last-sweep",
    title="Last sweep",
    says="the cells of the sweep that started last",
    filter="tags.sweep_id = '{sweep_id}' and tags.task != 'sweep'",
    order_by=_RUN_NAME,
    ascending=True,
    columns=LATEST.columns,
)
_ALWAYS = (TABLE_1, TABLE_3, LATEST, FAILED)
VIEWS = (TABLE_1, TABLE_3, LAST_SWEEP, LATEST, FAILED)

# The page shows only the first paragraph until expanded.
_DESCRIPTION = """**Views**: {links}

**One run is one cell of a table**; its name says which: model, crop, pixels, engine.

{says}

Errors are in percent, times in milliseconds; `published_...` is the published value of the same cell, and `delta_...`
the difference to it. To compare runs, tick them and press *Compare*. Among a run's artifacts, `predictions.parquet` has
the best five classes of every image; `predictions_preview.csv` shows the first of them here.
"""


def write_views(client: MlflowClient, experiment_id: str, tags: Mapping[str, str]) -> None:
    """Writes the views and the description that the experiment's ``tags`` lack or have from an earlier version.

    Never raises: a page that is harder to read is no reason to lose an evaluation.
    """
    for view in _ALWAYS:
        _write(client, experiment_id, view.tag, tag_value(view, _now(), tags.get(view.tag)))
    if DESCRIPTION_TAG not in tags:
        _write(client, experiment_id, DESCRIPTION_TAG, description(experiment_id))


def update_last_sweep(client: MlflowClient, experiment_id: str, sweep_id: str) -> None:
    """Lets "Last sweep" show the cells tagged with ``sweep_id``; never raises."""
    view = replace(LAST_SWEEP, filter=LAST_SWEEP.filter.format(sweep_id=sweep_id))
    try:
        old = client.get_experiment(experiment_id).tags.get(view.tag)
    except TROUBLE as error:
        log.info("the saved view %s was not written: %s", view.title, error)
        return
    _write(client, experiment_id, view.tag, tag_value(view, _now(), old))


def view_of(tags: Mapping[str, str], params: Mapping[str, str | int | float]) -> SavedView:
    """The view that shows a run of these ``tags`` and ``params``."""
    if tags.get("task") == "time":
        return TABLE_3
    complete = tags.get("weights") == "file" and tags.get("dataset") == "imagenet" and params.get("limit") == "all"
    if tags.get("task") == "evaluate" and complete:
        return TABLE_1
    return LAST_SWEEP if "sweep_id" in tags else LATEST


def view_link(uri: str, experiment_id: str, key: str) -> str:
    """The address that opens a saved view: on the server or, for a local store, on what ``mlflow ui`` starts."""
    return f"{_ui(uri)}/{_page(experiment_id, key)}"


def run_link(uri: str, experiment_id: str, run_id: str) -> str:
    """The address of one run's page, on the same server."""
    return f"{_ui(uri)}/#/experiments/{experiment_id}/runs/{run_id}"


def description(experiment_id: str) -> str:
    """The experiment's description, in markdown: what a row is and what the views show."""
    links = " · ".join(f"[{view.title}]({_page(experiment_id, view.key)})" for view in VIEWS)
    return _DESCRIPTION.format(links=links, says="\n".join(f"- *{view.title}*: {view.says}" for view in VIEWS))


def _page(experiment_id: str, key: str) -> str:
    return f"#/experiments/{experiment_id}/runs?viewStateShareKey={key}&workflowType=machine_learning"


def _ui(uri: str) -> str:
    if not uri.startswith(("http://", "https://")):
        return DEFAULT_UI
    address = urlsplit(uri)
    # Printed text and reports contain no password.
    return address._replace(netloc=address.netloc.rpartition("@")[2]).geturl().rstrip("/")


def _now() -> int:
    return time.time_ns() // 1_000_000


def _write(client: MlflowClient, experiment_id: str, tag: str, value: str | None) -> None:
    if value is None:
        return
    try:
        client.set_experiment_tag(experiment_id, tag, value)
    except TROUBLE as error:
        log.info("the experiment's tag %s was not written: %s", tag, error)
