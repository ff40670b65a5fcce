"""What is read from a store."""

import mlflow.entities
import pytest
from report_store import MixedStore

from clsbench.report import runs as module
from clsbench.report.run import Run
from clsbench.report.runs import Store
from clsbench.report.where import Where

pytestmark = pytest.mark.xdist_group("report_store")


def test_every_run_of_the_task_is_read_the_newest_first(
    mixed_store: MixedStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_PAGE", 50)  # several pages
    found = Store(mixed_store.store.uri, "clsbench").runs(("evaluate",), Where())
    assert [run.run_id for run in found] == mixed_store.run_ids[::-1]
    assert found[0].link == f"http://127.0.0.1:5000/#/experiments/1/runs/{found[0].run_id}"
    assert found[0].started == "2026-01-01 02:04"


def test_of_a_tag_the_store_sends_those_runs_alone(mixed_store: MixedStore, monkeypatch: pytest.MonkeyPatch) -> None:
    read = []
    record = Store._record

    def counted(store: Store, run: mlflow.entities.Run) -> Run:
        read.append(run.info.run_id)
        return record(store, run)

    monkeypatch.setattr(Store, "_record", counted)
    store = Store(mixed_store.store.uri, "clsbench")
    found = store.runs(("evaluate",), Where().with_tag("dataset", "list:some_images"))
    assert [run.tags["dataset"] for run in found] == ["list:some_images"]
    assert read == [found[0].run_id]
    assert store.runs(("evaluate",), Where().with_tag("sweep_id", "no such")) == []


def test_a_task_without_runs_has_none(mixed_store: MixedStore) -> None:
    assert Store(mixed_store.store.uri, "clsbench").runs(("time",), Where()) == []


def test_a_users_name_and_password_are_not_passed_on() -> None:
    assert Store("http://me:secret@host:5000", "x").shown_uri == "http://host:5000"
    assert Store("postgresql://me:secret@host/db", "x").shown_uri == "postgresql://host/db"
    assert Store("sqlite:////a@b/mlflow.db", "x").shown_uri == "sqlite:////a@b/mlflow.db"
