"""Spools come into their store once, whatever happens on the way."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from breaking_store import CELL, broken, run_in, spools_in, tracker_in
from kept_run import kept, rows
from mlflow import MlflowClient

from clsbench.tracking import replay as bringing
from clsbench.tracking.replay import Outcome, Result, replay_all
from clsbench.tracking.spool import Record, held
from clsbench.tracking.stale_runs import STALE_ERROR
from clsbench.tracking.writes import Params, Write


def _all(folder: Path) -> list[Outcome]:
    return list(replay_all(folder / "spool", lambda record: record.uri))


def _kept(folder: Path, run_id: str) -> dict[str, object]:
    return kept(MlflowClient(tracker_in(folder).uri), run_id, folder)


def test_the_next_run_brings_it_in(tmp_path: Path) -> None:
    spooled_run = run_in(tmp_path, breaks=True)
    assert spools_in(tmp_path) == [spooled_run]
    undisturbed = run_in(tmp_path, breaks=False)
    assert spools_in(tmp_path) == []
    assert _kept(tmp_path, spooled_run) == _kept(tmp_path, undisturbed)


def test_a_crash_after_any_write_of_it_does_no_harm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected, spooled_run = run_in(tmp_path, breaks=False), run_in(tmp_path, breaks=True)
    send, counts = bringing._refusal, []
    for crash_after in range(20):
        sent = 0

        def crashing(write: Write, client: MlflowClient, run_id: str, stop: int = crash_after) -> str:
            nonlocal sent
            if sent == stop:
                raise KeyboardInterrupt
            sent += 1
            return send(write, client, run_id)

        monkeypatch.setattr(bringing, "_refusal", crashing)
        try:
            outcomes = _all(tmp_path)
        except KeyboardInterrupt:
            continue
        counts.append(crash_after)
        assert [outcome.result for outcome in outcomes] == [Result.SENT]
        break
    assert counts == [5]  # metrics, tags, params, the log and the end
    assert _kept(tmp_path, spooled_run) == _kept(tmp_path, expected)


def test_a_store_that_breaks_again_leaves_the_spool(tmp_path: Path) -> None:
    spooled_run = run_in(tmp_path, breaks=True)
    with broken(tmp_path):
        (outcome,) = _all(tmp_path)
    assert outcome.result is Result.AWAY
    assert "no such table" in outcome.detail
    assert spools_in(tmp_path) == [spooled_run]
    assert [outcome.result for outcome in _all(tmp_path)] == [Result.SENT]


def test_two_at_once_share_the_spools(tmp_path: Path) -> None:
    spool = tmp_path / "spool"
    spool.mkdir()
    for name in ("a", "b", "c"):
        (tmp_path / name).mkdir()
        run = run_in(tmp_path / name, breaks=True)
        (tmp_path / name / "spool" / run).rename(spool / run)
    with ThreadPoolExecutor(2) as pool:
        both = [pool.submit(_all, tmp_path) for _ in range(2)]
        results = [outcome.result for each in both for outcome in each.result()]
    assert results.count(Result.SENT) == 3
    assert set(results) <= {Result.SENT, Result.HELD}
    assert spools_in(tmp_path) == []


def test_a_write_that_is_refused_costs_only_itself(tmp_path: Path) -> None:
    run = run_in(tmp_path, breaks=True)
    spool = held(tmp_path / "spool" / run)
    assert spool is not None
    spool.add(Params({"model": "another"}))
    spool.close()
    (outcome,) = _all(tmp_path)
    assert outcome.result is Result.SET_ASIDE
    assert "params refused" in outcome.detail
    assert spools_in(tmp_path) == []
    assert (tmp_path / "spool" / "refused" / run / "why.txt").read_text().startswith("params refused")
    values = MlflowClient(tracker_in(tmp_path).uri).get_run(run)
    assert (values.info.status, values.data.metrics["top1_error"]) == ("FINISHED", 1.0)


def test_a_damaged_spool_does_not_stop_the_others(tmp_path: Path) -> None:
    run = run_in(tmp_path, breaks=True)
    damaged = tmp_path / "spool" / "damaged"
    damaged.mkdir()
    (damaged / "events.jsonl").write_text("{}\n")
    results = {outcome.run_id: outcome.result for outcome in _all(tmp_path)}
    assert results == {run: Result.SENT, "damaged": Result.DAMAGED}


def test_a_run_called_killed_by_another_folders_command_ends_as_it_did(tmp_path: Path) -> None:
    run = run_in(tmp_path, breaks=True)
    client = MlflowClient(tracker_in(tmp_path).uri)
    client.set_tag(run, "error", STALE_ERROR)
    client.set_terminated(run, status="KILLED")
    before = rows(tmp_path / "mlflow.db")
    assert [outcome.result for outcome in _all(tmp_path)] == [Result.SENT]
    values = client.get_run(run)
    assert (values.info.status, "error" in values.data.tags) == ("FINISHED", False)
    assert rows(tmp_path / "mlflow.db")["runs"] == before["runs"]


def test_spools_of_other_stores_are_left_alone_by_a_run(tmp_path: Path) -> None:
    run = run_in(tmp_path, breaks=True)
    other = tmp_path / "other"
    other.mkdir()
    (tmp_path / "spool").rename(other / "spool")
    with tracker_in(other).run(CELL, tmp_path / "none.log"):
        pass
    assert spools_in(other) == [run]
    assert list(replay_all(other / "spool", _nowhere)) == []


def _nowhere(record: Record) -> str | None:
    return None
