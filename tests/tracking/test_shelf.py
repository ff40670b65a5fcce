"""What workers hand each other through a store, and who of them claims the merge."""

from pathlib import Path

import pytest
from empty_stores import EMPTY_STORES
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException

from clsbench.errors import MergeError, TrackingError
from clsbench.shards import claim as module
from clsbench.shards.claim import Claim, claimed
from clsbench.tracking.model_claims import ModelClaims
from clsbench.tracking.new_sqlite import make_whole
from clsbench.tracking.shelf import Depot, Shelf

_ABOUT = {"cell": "net single", "batch_size": "7"}


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    make_whole(tmp_path / "store.db", Path(EMPTY_STORES))
    client = MlflowClient(uri := f"sqlite:///{tmp_path}/store.db", uri)
    experiment = client.create_experiment("e-shards", artifact_location=(tmp_path / "files").as_uri())
    return Shelf(Depot(client, uri, "e-shards", experiment), "f/of-2")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (made := tmp_path / "1-of-2.records").write_bytes(b"all of it")
    return made


def test_a_parcel_is_found_by_its_place_and_by_its_cell_and_comes_as_it_was(
    shelf: Shelf, file: Path, tmp_path: Path
) -> None:
    shelf.put("1/2", "net single", _ABOUT, file)
    Shelf(shelf.depot, "f/of-22").put("1/22", "net single", _ABOUT, file)
    Shelf(shelf.depot, "g/of-2").put("1/2", "it's another", _ABOUT, file)
    (parcel,) = shelf.parcels()
    assert (parcel.place, parcel.label, parcel.about) == ("f/of-2", "1/2", _ABOUT)
    (tmp_path / "there").mkdir()
    assert shelf.fetched(parcel, file.name, tmp_path / "there").read_bytes() == b"all of it"
    assert {each.place for each in shelf.depot.parcels(cell="net single")} == {"f/of-2", "f/of-22"}
    assert [each.place for each in shelf.depot.parcels(cell="it's another")] == ["g/of-2"]


def test_a_parcel_whose_upload_breaks_off_is_never_seen_and_goes_with_the_others(
    shelf: Shelf, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks_off(*_: object) -> None:
        raise MlflowException("connection reset")

    monkeypatch.setattr(MlflowClient, "log_artifact", breaks_off)
    with pytest.raises(TrackingError, match="run the same command again"):
        shelf.put("1/2", "net single", _ABOUT, file)
    assert shelf.parcels() == []
    assert not shelf.is_empty()
    shelf.remove("2/2")
    assert not shelf.is_empty()
    shelf.remove()
    assert shelf.is_empty()


def test_word_that_is_left_is_no_parcel_and_outlives_them(shelf: Shelf, file: Path) -> None:
    shelf.put("1/2", "net single", _ABOUT, file)
    shelf.note("merged")
    assert len(shelf.parcels()) == 1
    shelf.remove()
    assert shelf.noted() == "merged"
    shelf.remove_note()
    assert shelf.noted() is None
    assert shelf.is_empty()


def test_a_claim_is_made_once_and_its_maker_knows_it_where_the_answer_is_lost(shelf: Shelf) -> None:
    mine, others = ModelClaims(shelf), ModelClaims(shelf)
    assert mine.make(0, {"host": "a"})
    assert not others.make(0, {"host": "b"})
    assert mine.make(0, {"host": "a"})  # as MLflow asks again after a time-out
    assert others.content(0) == {"host": "a"}
    assert others.make(1, {"host": "b"})
    assert mine.numbers() == [0, 1]
    assert ModelClaims(Shelf(shelf.depot, "f/of-3")).numbers() == []
    mine.remove()
    assert (mine.numbers(), mine.content(0), mine.seen(0)) == ([], {}, None)


def test_of_a_machine_that_is_silent_for_long_the_claim_is_taken_over_and_it_notices(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    claims = ModelClaims(shelf, look_seconds=0.05)
    monkeypatch.setattr(module, "_SILENCE_SECONDS", 0.3)
    assert claims.make(0, {"host": "another", "process": "1:1"})
    before = claims.seen(0)
    claims.touch(0)
    assert claims.seen(0) != before
    with claimed(claims, lambda: False) as claim:
        assert claim == Claim(claims, 1)
        claim.of_run("r1")
        claim.check()
        with pytest.raises(MergeError, match="another worker took over"):
            Claim(claims, 0).check()
    assert claims.content(1)["run_id"] == "r1"
    assert claims.content(1)["ended"] is True
