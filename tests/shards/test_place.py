from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Event, Thread

import pytest

from clsbench.data.dataset import Sample
from clsbench.errors import MergeError
from clsbench.shards.claim import broken_off, claimed
from clsbench.shards.place import Merged, Place
from clsbench.shards.records import Records, write_records
from clsbench.shards.shard import Shard

Made = Callable[..., Records]


@pytest.fixture
def place(tmp_path: Path) -> Place:
    made = Place(tmp_path / "fingerprint" / "of-3", 3)
    made.begin({"cell": "a"})
    return made


def test_shards_that_are_done_are_known_and_read(place: Place, records_of: Made, samples: Sequence[Sample]) -> None:
    assert place.done() == []
    for number in (3, 1):
        write_records(records_of(Shard(number, 3)), 4, place.records(Shard(number, 3)))
    assert place.done() == [Shard(1, 3), Shard(3, 3)]
    assert [records.shard for records in place.read(samples)] == place.done()


def test_a_damaged_shard_is_an_error_that_names_its_file(place: Place, samples: Sequence[Sample]) -> None:
    place.records(Shard(1, 3)).write_bytes(b"no records")
    with pytest.raises(MergeError, match=r"1-of-3\.records"):
        place.read(samples)


def test_a_merge_leaves_what_came_of_it_and_no_shard(place: Place, records_of: Made) -> None:
    write_records(records_of(Shard(1, 3)), 4, place.records(Shard(1, 3)))
    place.journals(Shard(2, 3)).mkdir()
    assert place.merged() is None
    place.settle(Merged("r1", "folder", {"top1_error": 1.0}))
    assert place.merged() == Merged("r1", "folder", {"top1_error": 1.0})
    assert place.done() == []
    assert not place.journals(Shard(2, 3)).exists()


def test_a_merge_that_is_settled_leaves_no_run_that_the_next_merge_takes_for_its_own(place: Place) -> None:
    with claimed(place.claims, place.is_settled) as claim:
        assert claim
        claim.of_run("r1")
        assert broken_off(place.claims) == ["r1"]
        place.settle(Merged("r1", "folder"))
    place.begin_anew(Shard(1, 3))
    assert broken_off(place.claims) == []
    with claimed(place.claims, place.is_settled) as claim:
        assert claim


def test_a_shard_begun_anew_leaves_the_others(place: Place, records_of: Made) -> None:
    for number in (1, 2):
        write_records(records_of(Shard(number, 3)), 4, place.records(Shard(number, 3)))
    place.begin_anew(Shard(1, 3))
    assert place.done() == [Shard(2, 3)]


def test_a_shard_is_kept_where_others_remove_the_folder_all_the_time(
    place: Place, records_of: Made, samples: Sequence[Sample]
) -> None:
    shard, ended = Shard(2, 3), Event()

    def remove() -> None:
        while not ended.wait(0.002):
            place.forget()

    others = Thread(target=remove, daemon=True)
    others.start()
    try:
        for _ in range(50):
            place.keep(records_of(shard), 4, {"cell": "a"})
    finally:
        ended.set()
        others.join()
    place.keep(records_of(shard), 4, {"cell": "a"})
    assert place.done() == [shard]
    assert place.read(samples) == [records_of(shard)]


def test_nothing_is_left_of_a_cell_that_the_tracker_has_but_other_splits(place: Place) -> None:
    other = Place(place.folder.with_name("of-8"), 8)
    other.begin({"cell": "a"})
    place.forget()
    place.forget()
    assert other.folder.exists()
    other.forget()
    assert not place.folder.parent.exists()
    assert other.done() == []
