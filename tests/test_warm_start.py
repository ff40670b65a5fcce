"""A command that a warm process forks is the command that a new interpreter runs."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from warm_start import run_module


def _new(module: str, *arguments: str, folder: Path) -> tuple[int, str]:
    ended = subprocess.run(
        [sys.executable, "-m", module, *arguments], capture_output=True, text=True, cwd=folder, check=False
    )
    return ended.returncode, ended.stdout + ended.stderr


@pytest.mark.parametrize(
    ("module", "arguments"),
    [
        ("clsbench", ["--version"]),
        ("clsbench", ["zoo", "--help"]),
        ("clsbench", ["engine=none"]),
    ],
)
def test_it_ends_and_says_the_same(module: str, arguments: list[str], tmp_path: Path) -> None:
    code, said = run_module(module, arguments, tmp_path)
    assert (code, said) == _new(module, *arguments, folder=tmp_path)


def _script(folder: Path, text: str) -> None:
    (folder / "script.py").write_text(text)


def test_it_has_the_folder_and_the_environment_of_now(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _script(tmp_path, "import os, sys; print(os.getcwd(), os.environ['CLSBENCH_NOW'], sys.argv[1:])")
    for value in ("one", "two"):
        monkeypatch.setenv("CLSBENCH_NOW", value)
        assert run_module("script", ["a b"], tmp_path) == (0, f"{tmp_path} {value} ['a b']\n")


def test_none_of_our_own_modules_is_there_before(tmp_path: Path) -> None:
    _script(tmp_path, "import sys; print([name for name in sys.modules if name.startswith('clsbench')])")
    assert run_module("script", [], tmp_path) == (0, "[]\n")


def test_how_it_dies_is_told_and_the_next_one_lives(tmp_path: Path) -> None:
    _script(tmp_path, "import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
    assert run_module("script", [], tmp_path) == (-9, "")
    _script(tmp_path, "raise SystemExit('wrong')")
    assert run_module("script", [], tmp_path) == (1, "wrong\n")


def test_one_that_takes_too_long_is_killed(tmp_path: Path) -> None:
    _script(tmp_path, "import os, time; open('pid', 'w').write(str(os.getpid())); time.sleep(60)")
    with pytest.raises(subprocess.TimeoutExpired):
        run_module("script", [], tmp_path, seconds=3)
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)
