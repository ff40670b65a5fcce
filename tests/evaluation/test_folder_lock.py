import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from clsbench.errors import BusyError
from clsbench.evaluation.folder_lock import LOCK, locked

_HOLDER = """
import sys, time
from pathlib import Path
from clsbench.evaluation.folder_lock import locked
with locked(Path(sys.argv[1])):
    print("locked", flush=True)
    time.sleep(60)
"""


def test_a_folder_is_made_for_the_block_and_removed_after_it(tmp_path: Path) -> None:
    folder = tmp_path / "unfinished" / "cell"
    with locked(folder):
        assert (folder / LOCK).is_file()
    assert not folder.exists()


def test_what_lies_in_the_folder_stays(tmp_path: Path) -> None:
    with locked(tmp_path / "cell"):
        (tmp_path / "cell" / "file").touch()
    assert (tmp_path / "cell" / "file").exists()
    with locked(tmp_path / "cell"):
        pass


def test_a_folder_that_somebody_removes_meanwhile_is_no_error(tmp_path: Path) -> None:
    with locked(tmp_path / "cell"):
        (tmp_path / "cell" / LOCK).unlink()
        (tmp_path / "cell").rmdir()
    assert not (tmp_path / "cell").exists()


def test_another_process_is_told_who_has_it_and_gets_it_when_that_one_is_killed(tmp_path: Path) -> None:
    folder = tmp_path / "cell"
    with subprocess.Popen([sys.executable, "-c", _HOLDER, str(folder)], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == "locked\n"
        with pytest.raises(BusyError, match=rf"cell: process {holder.pid} on .*wait for it"), locked(folder):
            pytest.fail("two at once")
        holder.kill()
        holder.wait()
    with locked(folder):
        assert (folder / LOCK).read_text().startswith(f"process {os.getpid()} on ")


def test_two_at_once_in_one_process_are_refused_too(tmp_path: Path) -> None:
    with locked(tmp_path), pytest.raises(BusyError), locked(tmp_path):
        pytest.fail("two at once")


@pytest.mark.parametrize("path", ["file", "file/cell"])
def test_a_folder_that_cannot_be_made_is_an_error_of_the_system(tmp_path: Path, path: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match=path), locked(tmp_path / path):
        pytest.fail("no such folder")


def test_never_two_at_once_however_often_the_folder_comes_and_goes(tmp_path: Path) -> None:
    inside, most, got = [0], [0], [0]
    count = threading.Lock()

    def take() -> None:
        for _ in range(300):
            try:
                with locked(tmp_path / "cell"):
                    with count:
                        inside[0] += 1
                        got[0] += 1
                        most[0] = max(most[0], inside[0])
                    with count:
                        inside[0] -= 1
            except BusyError:
                continue

    with ThreadPoolExecutor(4) as pool:
        for taken in [pool.submit(take) for _ in range(4)]:
            taken.result()
    assert most[0] == 1
    assert got[0] > 100
    assert not (tmp_path / "cell").exists()
