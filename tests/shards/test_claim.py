"""Whoever comes last merges: of many workers one, and another where that one has died."""

import json
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from clsbench.errors import MergeError
from clsbench.shards import claim as module
from clsbench.shards.claim import Claim, broken_off, claimed
from clsbench.shards.folder_claims import FolderClaims
from clsbench.tracking.process_identity import host, process

_WORKER = """
import sys, time
from pathlib import Path
from clsbench.shards.claim import claimed
from clsbench.shards.folder_claims import FolderClaims
folder = Path(sys.argv[1])
with claimed(FolderClaims(folder), (folder / "merged").exists) as claim:
    if claim:
        print("merges", flush=True)
        time.sleep(float(sys.argv[2]))
        (folder / "merged").touch()
"""


def _worker(folder: Path, seconds: float) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", _WORKER, str(folder), str(seconds)], stdout=subprocess.PIPE, text=True
    )


def test_of_six_workers_that_come_at_once_one_merges(tmp_path: Path) -> None:
    workers = [_worker(tmp_path, 0.3) for _ in range(6)]
    assert sorted(worker.communicate(timeout=60)[0] for worker in workers) == ["", "", "", "", "", "merges\n"]


def test_where_the_one_that_merges_is_killed_another_one_does(tmp_path: Path) -> None:
    first = _worker(tmp_path, 60)
    assert first.stdout
    assert first.stdout.readline() == "merges\n"
    others = [_worker(tmp_path, 0) for _ in range(3)]
    time.sleep(0.5)
    first.kill()
    first.communicate()
    assert sorted(worker.communicate(timeout=60)[0] for worker in others) == ["", "", "merges\n"]


def test_after_a_merge_that_failed_the_next_worker_tries_at_once(tmp_path: Path) -> None:
    def fails() -> None:
        with claimed(FolderClaims(tmp_path), lambda: False) as claim:
            assert claim
            claim.of_run("r1")
            raise MergeError("missing")

    with pytest.raises(MergeError, match="missing"):
        fails()
    with claimed(FolderClaims(tmp_path), lambda: False) as claim:
        assert claim == Claim(FolderClaims(tmp_path), 1)
    assert broken_off(FolderClaims(tmp_path)) == ["r1"]


def test_a_worker_of_another_machine_that_is_silent_loses_the_claim_and_notices(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "merge.0").write_text(json.dumps({"host": "another", "process": "1:1"}))
    monkeypatch.setattr(module, "_SILENCE_SECONDS", 0.5)
    with claimed(FolderClaims(tmp_path), lambda: False) as claim:
        assert claim
        claim.check()
        with pytest.raises(MergeError, match="another worker took over"):
            Claim(FolderClaims(tmp_path), 0).check()


def test_a_worker_of_another_machine_that_shows_itself_keeps_the_claim(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "merge.0"
    path.write_text(json.dumps({"host": "another", "process": "1:1"}))
    monkeypatch.setattr(module, "_SILENCE_SECONDS", 1.0)
    deadline = time.monotonic() + 3
    with ThreadPoolExecutor(1) as beats:

        def beat() -> None:
            while time.monotonic() < deadline + 1:
                path.touch()
                time.sleep(0.1)

        beats.submit(beat)
        with claimed(FolderClaims(tmp_path), lambda: time.monotonic() > deadline) as claim:
            assert claim is None
    assert not (tmp_path / "merge.1").exists()


def test_the_claim_names_its_process(tmp_path: Path) -> None:
    with claimed(FolderClaims(tmp_path), lambda: False) as claim:
        assert claim
        assert json.loads(FolderClaims(tmp_path).path(0).read_text()) == {"host": host(), "process": process()}


def test_a_folder_that_is_gone_is_settled(tmp_path: Path) -> None:
    with claimed(FolderClaims(tmp_path / "gone"), lambda: True) as claim:
        assert claim is None
