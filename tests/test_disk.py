"""What the disk refuses is an error that a person can act on."""

import errno
from pathlib import Path
from types import SimpleNamespace

import pytest
from command_line import cli

from clsbench.caffe.whole_file import whole_file
from clsbench.disk import CACHE, OUTPUT, OUTPUTS, disk_errors, room_for
from clsbench.errors import DiskError


def test_a_full_disk_is_said_with_the_cure() -> None:
    said = r"^cannot be written: no space left on the disk; .*paths\.outputs=FOLDER"
    with pytest.raises(DiskError, match=said), disk_errors(), Path("/dev/full").open("wb", buffering=0) as file:
        file.write(b"x")


def test_a_folder_that_may_not_be_made_is_named() -> None:
    with pytest.raises(DiskError, match=r"^/dev/null/x: cannot be used: Not a directory; "), disk_errors():
        Path("/dev/null/x").mkdir()


def test_another_fault_of_the_system_stays_what_it_is() -> None:
    with pytest.raises(FileNotFoundError), disk_errors():
        Path("/nowhere/at/all").read_bytes()


@pytest.fixture
def little_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every disk has 3 MiB free."""
    monkeypatch.setattr("clsbench.disk.shutil.disk_usage", lambda _: SimpleNamespace(free=3 * 2**20))


@pytest.mark.usefixtures("little_room")
def test_what_has_no_room_is_named_with_what_it_needs_what_is_free_and_the_override_that_moves_it(
    tmp_path: Path,
) -> None:
    path = tmp_path / "exports" / "net.onnx"
    path.parent.mkdir()
    places = {OUTPUTS: tmp_path, CACHE: tmp_path / "cache", OUTPUT: tmp_path / "exports"}
    with pytest.raises(DiskError) as caught, disk_errors(places), whole_file(path, 5 * 2**20 + 2**19):
        pytest.fail("it is begun all the same")
    assert str(caught.value) == (
        f"{path}: cannot be written: it needs 5.5 MiB: no space left on the disk, 3.0 MiB are free; make room, or give "
        "another folder as task.output=FOLDER (of an export)"
    )
    assert not list(path.parent.iterdir())


@pytest.mark.usefixtures("little_room")
def test_a_disk_that_fills_up_in_the_middle_says_so_as_well_and_leaves_nothing(tmp_path: Path) -> None:
    def write() -> None:
        with whole_file(tmp_path / "net", 2**20) as file:
            file.write(b"x")
            raise OSError(errno.ENOSPC, "No space left on device")

    said = r"/net: cannot be written: it needs 1\.0 MiB: .*, 3\.0 MiB are free; make"
    with pytest.raises(DiskError, match=said), disk_errors():
        write()
    assert not list(tmp_path.iterdir())


@pytest.mark.usefixtures("little_room")
def test_a_file_without_a_name_is_in_one_of_the_folders_that_overrides_move(tmp_path: Path) -> None:
    said = r"paths\.outputs=FOLDER \(runs and what was evaluated so far; 3\.0 MiB free\), paths\.cache=FOLDER \("
    with pytest.raises(DiskError, match=said), disk_errors({OUTPUTS: tmp_path / "not" / "made" / "yet"}):
        raise OSError(errno.ENOSPC, "No space left on device")


def test_what_has_room_is_written_and_another_fault_stays_what_it_is(tmp_path: Path) -> None:
    with whole_file(tmp_path / "net", 3) as file:
        file.write(b"net")
    assert (tmp_path / "net").read_bytes() == b"net"
    with pytest.raises(FileNotFoundError), room_for(tmp_path / "net", 3):
        Path("/nowhere/at/all").read_bytes()


@pytest.mark.parametrize("override", ["hydra.run.dir=/dev/null/x", "task=export task.output=/dev/null/x"])
def test_a_run_that_cannot_write_its_folder_is_one_line(tmp_path: Path, override: str) -> None:
    ended = cli("clsbench", tmp_path)(*override.split())
    said = ended.said.strip().splitlines()
    assert ended.code == 1
    assert "Traceback" not in ended.said
    assert said[-1].startswith("error: ")
    assert "/dev/null/x" in said[-1]
