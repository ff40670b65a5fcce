"""What the disk refuses is an error that a person can act on."""

from pathlib import Path

import pytest
from command_line import cli

from clsbench.errors import DiskError, disk_errors


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


@pytest.mark.parametrize("override", ["hydra.run.dir=/dev/null/x", "task=export task.output=/dev/null/x"])
def test_a_run_that_cannot_write_its_folder_is_one_line(tmp_path: Path, override: str) -> None:
    ended = cli("clsbench", tmp_path)(*override.split())
    said = ended.said.strip().splitlines()
    assert ended.code == 1
    assert "Traceback" not in ended.said
    assert said[-1].startswith("error: ")
    assert "/dev/null/x" in said[-1]
