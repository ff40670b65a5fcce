from pathlib import Path

from clsbench.shards.other_machines import take_journal


def _journal(folder: Path, machine: str, content: bytes) -> Path:
    path = folder / machine / "predictions.journal"
    path.parent.mkdir()
    path.write_bytes(content)
    return path


def test_the_longest_journal_goes_on_here_as_a_copy(tmp_path: Path) -> None:
    own = _journal(tmp_path, "own", b"ab")
    other, shorter = _journal(tmp_path, "other", b"abcd"), _journal(tmp_path, "third", b"abc")
    take_journal(own)
    assert own.read_bytes() == b"abcd"
    assert not own.samefile(other)
    assert (other.read_bytes(), shorter.read_bytes()) == (b"abcd", b"abc")
    assert [path.name for path in own.parent.iterdir()] == [own.name]


def test_an_own_journal_that_is_as_long_stays(tmp_path: Path) -> None:
    own = _journal(tmp_path, "own", b"abcd")
    _journal(tmp_path, "other", b"wxyz")
    take_journal(own)
    assert own.read_bytes() == b"abcd"


def test_without_any_journal_there_is_none(tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    take_journal(tmp_path / "own" / "predictions.journal")
    assert list((tmp_path / "own").iterdir()) == []
