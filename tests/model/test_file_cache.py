"""Files are made once, and the least recently used ones go when the folder is full."""

import os
from pathlib import Path

from clsbench.model.file_cache import FileCache


def _write(size: int, path: Path) -> None:
    path.write_bytes(bytes(size))


def test_a_file_is_made_once(tmp_path: Path) -> None:
    cache = FileCache(tmp_path / "new", limit_bytes=1000)
    made = []

    def make(path: Path) -> None:
        made.append(path)
        _write(1, path)

    assert cache.kept("a", make) == cache.kept("a", make)
    assert made == [tmp_path / "new" / "a"]


def test_the_least_recently_used_file_goes_when_the_limit_is_passed(tmp_path: Path) -> None:
    cache = FileCache(tmp_path, limit_bytes=25)
    for age, name in ((300, "old"), (200, "used"), (100, "young")):
        cache.kept(name, lambda path: _write(10, path))
        os.utime(tmp_path / name, (1_000_000 - age, 1_000_000 - age))
        if name == "used":
            cache.kept("old", lambda path: _write(10, path))  # used again, so younger now
    assert sorted(path.name for path in tmp_path.iterdir()) == ["old", "young"]


def test_the_newest_file_stays_even_if_it_alone_passes_the_limit(tmp_path: Path) -> None:
    cache = FileCache(tmp_path, limit_bytes=5)
    cache.kept("big", lambda path: _write(10, path))
    assert (tmp_path / "big").is_file()
