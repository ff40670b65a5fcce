"""The commit of a checkout, and nothing outside of one."""

import subprocess
from pathlib import Path

from clsbench.results.environment import git_commit


def _git(folder: Path, *words: str) -> None:
    who = ["-c", "user.name=Test", "-c", "user.email=test@example.org"]
    subprocess.run(["git", "-C", folder, *who, *words], check=True, capture_output=True)


def test_a_checkout_has_a_commit_and_says_when_files_differ(tmp_path: Path) -> None:
    _git(tmp_path, "init")
    (tmp_path / "file").write_text("one")
    _git(tmp_path, "add", "file")
    _git(tmp_path, "commit", "-m", "first")
    commit = git_commit(tmp_path)
    assert commit is not None
    assert len(commit) == 40
    (tmp_path / "file").write_text("two")
    assert git_commit(tmp_path) == f"{commit}-dirty"


def test_a_folder_that_is_no_checkout_has_none(tmp_path: Path) -> None:
    assert git_commit(tmp_path) is None
    assert git_commit(tmp_path / "absent") is None
