"""Paths and folders that the configuration names."""

import os
from pathlib import Path

import pytest

from clsbench.data.datasets.disk import contents, existing_path, size_of
from clsbench.errors import ConfigError, DataError


def test_a_path_is_found_from_the_home_folder_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "images").mkdir()
    assert existing_path("~/images", "dataset.root") == tmp_path / "images"


def test_a_path_that_is_not_set_or_not_there_is_named_by_its_key(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"dataset.root is not set; give dataset.root=PATH"):
        existing_path(None, "dataset.root")
    with pytest.raises(DataError, match=r"dataset.list=.*/no does not exist"):
        existing_path(str(tmp_path / "no"), "dataset.list")


def test_contents_are_sorted_without_what_is_hidden(tmp_path: Path) -> None:
    for name in ("b", "a", ".hidden"):
        (tmp_path / name).mkdir()
        (tmp_path / f"{name}.txt").touch()
    (tmp_path / "link").symlink_to(tmp_path / "a")
    assert contents(tmp_path) == (["a.txt", "b.txt"], ["a", "b", "link"])


def test_a_folder_that_is_a_file_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DataError, match="file: Not a directory; give a folder that you may read"):
        contents(tmp_path / "file")


def test_only_a_regular_file_has_a_size(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"123")
    os.mkfifo(tmp_path / "pipe")
    assert size_of(str(tmp_path / "file")) == 3
    for name in ("pipe", "nothing", "file/below", "nul\0", "long" * 200):
        assert size_of(str(tmp_path / name)) is None
    assert size_of(str(tmp_path)) is None
