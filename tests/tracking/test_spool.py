"""A spool is readable whatever moment its writer, or the machine, stopped at."""

import os
import random
import resource
import signal
import time
from pathlib import Path

import pytest

from clsbench.errors import TrackingError
from clsbench.tracking.spool import Record, held, new_spool, record_of, spooled
from clsbench.tracking.writes import End, Files, Input, Metrics, Params, Tags, Write, line_of, write_of

RECORD = Record("http://127.0.0.1:1", "clsbench", "abc", "net single 28")
WRITES: list[Write] = [
    Params({"model": 'é "x"\n'}),
    Tags({"device": "cpu"}),
    Metrics({"top1_error": 0.1 + 0.2, "tiny": 5e-324, "none": float("inf")}, 1_700_000_000_123, 7),
    Input("digits", "0123", "/images"),
    End("FINISHED", 1_700_000_000_456),
]


def test_each_kind_of_write_comes_back_from_its_line_as_it_was() -> None:
    assert [write_of(line_of(write)) for write in [*WRITES, Files("x")]] == [*WRITES, Files("x")]


def test_writes_come_back_in_order_with_the_run_that_they_are_of(tmp_path: Path) -> None:
    spool = new_spool(tmp_path, RECORD)
    for write in WRITES:
        spool.add(write)
    assert record_of(spool.folder) == RECORD
    entries = spool.entries()
    assert [entry.write for entry in entries] == WRITES
    assert sorted(entry.time for entry in entries) == [entry.time for entry in entries]


def test_files_are_kept_as_they_were_when_they_were_written(tmp_path: Path) -> None:
    source = tmp_path / "run"
    (source / "plots").mkdir(parents=True)
    (source / "plots" / "a.png").write_bytes(b"1")
    spool = new_spool(tmp_path / "spool", RECORD)
    spool.add(Files(str(source)))
    (source / "plots" / "a.png").write_bytes(b"2")
    spool.add(Files(str(source / "plots" / "a.png")))
    folders = [Path(entry.write.path) for entry in spool.entries() if isinstance(entry.write, Files)]
    assert [(folders[0] / "plots" / "a.png").read_bytes(), (folders[1] / "a.png").read_bytes()] == [b"1", b"2"]


def test_a_spool_that_ends_anywhere_holds_the_whole_writes_before(tmp_path: Path) -> None:
    spool = new_spool(tmp_path, RECORD)
    events = spool.folder / "events.jsonl"
    start = events.stat().st_size
    for write in WRITES:
        spool.add(write)
    whole = events.read_bytes()
    for size in range(start, len(whole)):
        events.write_bytes(whole[:size])
        complete = whole[start:size].count(b"\n")
        assert [entry.write for entry in spool.entries()] == WRITES[:complete]


def _spooled_until_killed(root: Path, after_seconds: float) -> int:
    """How many writes a child knew to be kept when SIGKILL came."""
    known, tell = os.pipe()
    child = os.fork()
    if not child:
        try:
            spool = new_spool(root, RECORD)
            for step in range(1_000_000):
                spool.add(Metrics({"top1_error": 1.0}, 0, step))
                os.write(tell, b".")
        finally:
            os._exit(1)
    os.close(tell)
    assert os.read(known, 1) == b"."
    time.sleep(after_seconds)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    kept = 1
    while more := os.read(known, 65536):
        kept += len(more)
    os.close(known)
    return kept


def test_a_killed_process_leaves_every_write_that_it_knew_to_be_kept(tmp_path: Path) -> None:
    for seed in range(10):
        root = tmp_path / str(seed)
        known = _spooled_until_killed(root, random.Random(seed).uniform(0, 0.05))
        spool = held(next(spooled(root)))
        assert spool is not None
        steps = [entry.write.step for entry in spool.entries() if isinstance(entry.write, Metrics)]
        assert steps in (list(range(known)), list(range(known + 1)))


def test_one_process_at_a_time_holds_a_spool(tmp_path: Path) -> None:
    spool = new_spool(tmp_path / "spool", RECORD)
    assert held(spool.folder) is None
    spool.close()
    again = held(spool.folder)
    assert again is not None
    again.remove()
    assert held(spool.folder) is None
    assert not spool.folder.exists()


def test_a_spool_that_is_there_already_is_gone_on_with(tmp_path: Path) -> None:
    first = new_spool(tmp_path, RECORD)
    first.add(WRITES[0])
    first.close()
    second = new_spool(tmp_path, RECORD)
    second.add(WRITES[1])
    assert [entry.write for entry in second.entries()] == WRITES[:2]


def test_a_damaged_line_and_a_later_format_are_said_with_the_file(tmp_path: Path) -> None:
    spool = new_spool(tmp_path, RECORD)
    events = spool.folder / "events.jsonl"
    whole = events.read_text()
    events.write_text(whole + "1 {}\n")
    with pytest.raises(TrackingError, match=r"events\.jsonl: damaged"):
        spool.entries()
    events.write_text(whole.replace('"spool": 1', '"spool": 2'))
    with pytest.raises(TrackingError, match="format 2"):
        record_of(spool.folder)


def test_what_a_killed_process_left_half_made_is_no_spool(tmp_path: Path) -> None:
    (tmp_path / ".abc").mkdir()
    (tmp_path / "refused" / "abc").mkdir(parents=True)
    (tmp_path / "junk").mkdir()
    assert list(spooled(tmp_path)) == []
    assert list(spooled(tmp_path / "none")) == []
    spool = new_spool(tmp_path, RECORD)
    assert list(spooled(tmp_path)) == [spool.folder]


def _add_on_a_full_disk(spool_root: Path) -> int:
    """The exit code of a child that may make no file longer than a spool's first lines."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    code = 1
    try:
        spool = new_spool(spool_root, RECORD)
        spool.add(WRITES[0])
        limit = (spool.folder / "events.jsonl").stat().st_size + 10
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        try:
            spool.add(WRITES[2])
        except OSError:
            code = 0 if [entry.write for entry in spool.entries()] == WRITES[:1] else 2
    finally:
        os._exit(code)


def test_a_write_that_the_disk_has_no_room_for_leaves_the_spool_as_it_was(tmp_path: Path) -> None:
    assert _add_on_a_full_disk(tmp_path) == 0
    folder = next(spooled(tmp_path))
    assert (folder / "events.jsonl").read_bytes().endswith(b"}\n")


def test_the_folder_of_all_spools_goes_with_the_last_one_and_comes_with_the_next(tmp_path: Path) -> None:
    root = tmp_path / "spool"
    first, second = (new_spool(root, Record("http://127.0.0.1:1", "clsbench", name, "net")) for name in ("a", "b"))
    first.remove()
    assert list(spooled(root)) == [second.folder]
    second.remove()
    assert not root.exists()
    assert list(spooled(root)) == []
    assert new_spool(root, RECORD).folder.parent == root
