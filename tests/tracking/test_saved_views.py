"""The views in a store: written once, followed by the last sweep, and shown the runs that they are for."""

import logging
from pathlib import Path

import pytest
from empty_stores import EMPTY_STORES
from made_up_cells import write_table_1, write_table_3
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException

from clsbench.tracking.mlflow_store import MlflowTracker
from clsbench.tracking.saved_views import (
    FAILED,
    LAST_SWEEP,
    LATEST,
    TABLE_1,
    TABLE_3,
    description,
    run_link,
    update_last_sweep,
    view_link,
    view_of,
    write_views,
)
from clsbench.tracking.tracker import Sweep
from clsbench.tracking.view_state import TAG_PREFIX

EVALUATION = {"task": "evaluate", "weights": "file", "dataset": "imagenet"}


def _tracker(folder: Path) -> MlflowTracker:
    return MlflowTracker(
        uri=f"sqlite:///{folder}/mlflow.db",
        artifacts=f"{folder}/artifacts",
        experiment="e",
        spool=f"{folder}/spool",
        empty_stores=EMPTY_STORES,
        system_metrics=False,
    )


def _sweep(sweep_id: str) -> Sweep:
    return Sweep("sweep", sweep_id, sweep_id, "crop=single", "A sweep.", resume=False)


class Store:
    """A client that keeps the experiment's tags, or refuses them."""

    def __init__(self, trouble: Exception | None = None) -> None:
        self.tags: dict[str, str] = {}
        self.written = 0
        self._trouble = trouble

    def set_experiment_tag(self, experiment_id: str, key: str, value: str) -> None:
        if self._trouble:
            raise self._trouble
        self.tags[key] = value
        self.written += 1

    def get_experiment(self, experiment_id: str) -> "Store":
        if self._trouble:
            raise self._trouble
        return self


def test_the_views_are_written_once() -> None:
    store = Store()
    write_views(store, "7", store.tags)  # type: ignore[arg-type]
    assert {view.tag for view in (TABLE_1, TABLE_3, LATEST, FAILED)} <= set(store.tags)
    written = store.written
    write_views(store, "7", store.tags)  # type: ignore[arg-type]
    assert store.written == written


def test_no_view_is_longer_than_the_value_of_a_tag_may_be() -> None:
    store = Store()
    write_views(store, "7" * 20, {})  # type: ignore[arg-type]
    update_last_sweep(store, "7", "2026-01-01_00-00-00-000000")  # type: ignore[arg-type]
    assert max(len(value) for value in store.tags.values()) <= 5000


def test_a_store_that_refuses_a_view_fails_nothing(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    for trouble in (MlflowException("no tags here"), OSError("away")):
        store = Store(trouble)
        write_views(store, "7", {})  # type: ignore[arg-type]
        update_last_sweep(store, "7", "one")  # type: ignore[arg-type]
        assert str(trouble) in caplog.text


@pytest.mark.parametrize(
    ("tags", "limit", "view"),
    [
        (EVALUATION, "all", TABLE_1),
        (EVALUATION | {"sweep_id": "s"}, "all", TABLE_1),
        (EVALUATION, 100, LATEST),
        (EVALUATION | {"sweep_id": "s"}, 100, LAST_SWEEP),
        (EVALUATION | {"weights": "random"}, "all", LATEST),
        (EVALUATION | {"dataset": "digits"}, "all", LATEST),
        ({"task": "time", "weights": "random"}, "all", TABLE_3),
        ({"task": "export"}, "all", LATEST),
    ],
)
def test_a_run_is_shown_by_the_view_that_it_belongs_to(tags: dict[str, str], limit: str, view: object) -> None:
    assert view_of(tags, {"limit": limit}) is view


def test_a_link_is_on_the_server_or_on_what_mlflow_ui_starts() -> None:
    page = "/#/experiments/3/runs?viewStateShareKey=clsbench-table-1&workflowType=machine_learning"
    assert view_link("http://host:8080/", "3", TABLE_1.key) == "http://host:8080" + page
    assert view_link("sqlite:////a/mlflow.db", "3", TABLE_1.key) == "http://127.0.0.1:5000" + page
    assert run_link("https://user:secret@host/mlflow", "3", "abc") == "https://host/mlflow/#/experiments/3/runs/abc"


def test_the_description_links_every_view() -> None:
    for view in (TABLE_1, TABLE_3, LAST_SWEEP, LATEST, FAILED):
        assert f"[{view.title}](#/experiments/3/runs?viewStateShareKey={view.key}&" in description("3")


def test_each_view_finds_its_runs_in_a_real_store(tmp_path: Path) -> None:
    tracker = _tracker(tmp_path)
    write_table_1(tracker, ["dpn-92"], tmp_path)
    write_table_3(tracker, ["senet"], tmp_path)
    parent = tracker.start_sweep(_sweep("one"))
    tracker.end_sweep(parent.run_id, {"cells": 0.0}, "FAILED")
    client = MlflowClient(tracking_uri=tracker.uri)
    experiment = client.get_experiment_by_name("e")
    assert experiment is not None
    client.create_run(experiment.experiment_id, run_name="cell", tags={"task": "evaluate", "sweep_id": "one"})

    def names(wanted: str) -> list[str]:
        return sorted(run.info.run_name for run in client.search_runs([experiment.experiment_id], wanted))

    cells = [f"dpn-92 {crop} {pixels} onnxruntime" for crop in ("multi12", "single") for pixels in (224, 320)]
    assert names(TABLE_1.filter) == cells
    assert names(TABLE_3.filter) == ["senet (random weights) time 224 onnxruntime"]
    assert names(FAILED.filter) == ["sweep"]
    assert names(LATEST.filter) == ["cell", *cells, "senet (random weights) time 224 onnxruntime"]
    assert names(LAST_SWEEP.filter.format(sweep_id="one")) == ["cell"]


def test_the_last_sweep_is_the_one_that_was_started_last(tmp_path: Path) -> None:
    tracker = _tracker(tmp_path)
    client, values = MlflowClient(tracking_uri=tracker.uri), []
    for sweep_id in ("one", "two"):
        run = tracker.start_sweep(_sweep(sweep_id))
        experiment = client.get_experiment_by_name("e")
        assert experiment is not None
        tags = experiment.tags
        values.append(tags[LAST_SWEEP.tag])
        tracker.end_sweep(run.run_id, {}, "FINISHED")
    assert len(set(values)) == 2
    assert sum(key.startswith(TAG_PREFIX) for key in tags) == 5
    assert tags["mlflow.note.content"] == description("1")
