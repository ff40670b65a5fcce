"""Downloads from a real server on this machine: whole, broken off, gone on with, wrong."""

import fcntl
import hashlib
from pathlib import Path
from typing import Any

import pytest

from clsbench.errors import BusyError, WeightsError
from clsbench.weights.https_file import fetch_file

CONTENT = bytes(range(256)) * 4096  # 1 MiB
CHECKSUM = hashlib.sha256(CONTENT).hexdigest()[:8]


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "downloads" / "x.pth"


@pytest.fixture
def url(server: Any) -> str:
    server.files["/x.pth"] = CONTENT
    return f"{server.url}/x.pth"


def names(target: Path) -> set[str]:
    return {file.name for file in target.parent.iterdir()}


def test_a_file_is_fetched_whole(url: str, target: Path) -> None:
    fetch_file(url, target, CHECKSUM)
    assert target.read_bytes() == CONTENT
    assert names(target) == {"x.pth"}


def test_a_file_that_is_there_is_not_fetched_again(url: str, target: Path, server: Any) -> None:
    fetch_file(url, target, CHECKSUM)
    fetch_file(url, target, CHECKSUM)
    assert len(server.asked) == 1


def test_a_broken_connection_is_gone_on_with(url: str, target: Path, server: Any) -> None:
    server.breaks = [1000, 2000]
    fetch_file(url, target, CHECKSUM)
    assert target.read_bytes() == CONTENT
    assert [wanted for _, _, wanted in server.asked] == [None, "bytes=1000-", "bytes=3000-"]


def test_what_a_call_could_not_fetch_the_next_one_goes_on_with(url: str, target: Path, server: Any) -> None:
    server.breaks = [1000, 0, 0, 0]
    with pytest.raises(WeightsError, match=r"interrupted 4 times.*run the command again to continue from there"):
        fetch_file(url, target, CHECKSUM)
    assert names(target) == {"x.pth.part"}
    fetch_file(url, target, CHECKSUM)
    assert target.read_bytes() == CONTENT
    assert server.asked[-1][2] == "bytes=1000-"


def test_a_server_without_ranges_begins_again(url: str, target: Path, server: Any) -> None:
    server.breaks, server.ranges = [1000], False
    fetch_file(url, target, CHECKSUM)
    assert target.read_bytes() == CONTENT


def test_a_part_that_is_all_there_is_taken(url: str, target: Path, server: Any) -> None:
    target.parent.mkdir()
    target.with_name("x.pth.part").write_bytes(CONTENT)
    fetch_file(url, target, CHECKSUM)
    assert target.read_bytes() == CONTENT


def test_a_part_longer_than_the_file_is_thrown_away(url: str, target: Path, server: Any) -> None:
    target.parent.mkdir()
    target.with_name("x.pth.part").write_bytes(CONTENT + b"more")
    fetch_file(url, target, CHECKSUM)
    assert target.read_bytes() == CONTENT


def test_a_wrong_checksum_keeps_nothing(url: str, target: Path) -> None:
    with pytest.raises(WeightsError, match=f"has sha256 {CHECKSUM}..., not 00000000...: damaged in transit"):
        fetch_file(url, target, "00000000")
    assert names(target) == set()


def test_a_file_that_the_server_has_not_is_an_error(url: str, target: Path) -> None:
    with pytest.raises(WeightsError, match="the server says 404"):
        fetch_file(f"{url}x", target, CHECKSUM)
    assert names(target) == set()


def test_a_server_that_is_not_there_is_one_line_at_once(target: Path) -> None:
    with pytest.raises(WeightsError, match="cannot be reached") as caught:
        fetch_file("http://127.0.0.1:9/x.pth", target, CHECKSUM)
    assert "\n" not in str(caught.value)
    assert names(target) == set()


def test_two_processes_do_not_write_one_file(url: str, target: Path) -> None:
    target.parent.mkdir()
    with target.with_name("x.pth.part").open("ab") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(BusyError, match="another process is fetching it"):
            fetch_file(url, target, CHECKSUM)
    fetch_file(url, target, CHECKSUM)


def test_the_environments_proxy_is_asked(url: str, target: Path, server: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("no_proxy")
    monkeypatch.setenv("http_proxy", server.url)
    server.files["http://elsewhere.invalid/x.pth"] = CONTENT
    fetch_file("http://elsewhere.invalid/x.pth", target, CHECKSUM)
    assert target.read_bytes() == CONTENT
