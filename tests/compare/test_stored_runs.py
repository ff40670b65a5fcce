"""Runs found in a store by id, by the start of an id, or by name."""

from pathlib import Path

import pytest
from filled_store import FilledStore

from clsbench.compare.stored_runs import opened_store
from clsbench.errors import ConfigError, TrackingError


@pytest.mark.parametrize("name", ["plain", "it's", 'a "b"', "100% [bold]x", "back\\slash"])
def test_a_run_is_found_by_its_id_the_start_of_it_and_its_name(store: FilledStore, tmp_path: Path, name: str) -> None:
    name = f"{name} {tmp_path.name}"
    run_id = store.run(name)
    found = opened_store(store.uri, tmp_path)
    for asked in (run_id, run_id[:12], name):
        assert found.find(asked).run_id == run_id
    assert found.find(name).name == name


def test_a_name_of_two_runs_lists_their_ids(store: FilledStore, tmp_path: Path) -> None:
    ids = [store.run(f"twice {tmp_path.name}") for _ in range(2)]
    with pytest.raises(ConfigError, match="of 2 runs") as error:
        opened_store(store.uri, tmp_path).find(f"twice {tmp_path.name}")
    assert all(run_id in str(error.value) for run_id in ids)


@pytest.mark.parametrize("asked", ["nothing", "00000000", "%", "abc", "'\"", "'; drop"])
def test_an_unknown_run_is_one_clear_error(store: FilledStore, tmp_path: Path, asked: str) -> None:
    store.run("some")
    with pytest.raises(ConfigError, match=r"no run .* give a run's id"):
        opened_store(store.uri, tmp_path).find(asked)


def test_a_start_that_is_too_short_says_so(store: FilledStore, tmp_path: Path) -> None:
    run_id = store.run("short")
    with pytest.raises(ConfigError, match="6 characters"):
        opened_store(store.uri, tmp_path).find(run_id[:5])


def test_a_store_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(TrackingError, match="no such store"):
        opened_store(f"sqlite:///{tmp_path}/none.db", tmp_path)
    assert not (tmp_path / "none.db").exists()


def test_a_server_that_is_away_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(TrackingError, match="cannot be read"):
        opened_store("http://127.0.0.1:9", tmp_path)


def test_a_file_of_a_run_is_fetched_and_an_absent_one_is_none(store: FilledStore, tmp_path: Path) -> None:
    run_id = store.run("files", configuration={"model": {"label_order": None}})
    found = opened_store(store.uri, tmp_path / "fetched")
    path = found.file(found.find(run_id), "config.yaml")
    assert path is not None
    assert "label_order" in path.read_text()
    assert found.file(found.find(run_id), "predictions.parquet") is None
