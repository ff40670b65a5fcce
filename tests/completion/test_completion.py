"""The scripts of ``clsbench completion``, evaluated and asked in the real shells."""

import os
import pty
import select
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from required import absent

from clsbench.completion.__main__ import main
from clsbench.subcommands.table import COMMANDS

_BASH = shutil.which("bash")
_ASK = """
eval "$(clsbench completion bash)"
COMP_LINE=$1 COMP_POINT=${#1} COMP_WORDBREAKS=$2
_clsbench
printf '%s\\n' "${COMPREPLY[@]}"
"""

pytestmark = pytest.mark.skipif(_BASH is None, reason="no bash")


# The key ^X shows the line that is being edited, between arrows.
_PREPARE_ZSH = r"""
autoload -U compinit; compinit -D; eval "$(clsbench completion zsh)"
show() { print -r -- "<<$BUFFER>>" }; zle -N show; bindkey '^X' show
print READ''Y
"""


def _environment() -> dict[str, str]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "TERM": "dumb"}


def _completed(line: str, folder: Path, *, breaks: str = " =:") -> list[str]:
    command = [str(_BASH), "--norc", "-c", _ASK, "bash", line, breaks]
    ended = subprocess.run(command, capture_output=True, text=True, check=True, cwd=folder, env=_environment())
    assert ended.stderr == ""
    return [line for line in ended.stdout.splitlines() if line]


def _completed_in_fish(line: str, folder: Path) -> list[str]:
    if not (fish := shutil.which("fish")):
        absent("no fish on this machine: tools/setup_shells.sh")
    ask = "clsbench completion fish | source; complete --do-complete $argv[1]"
    command = [fish, "--no-config", "-c", ask, line]
    ended = subprocess.run(command, capture_output=True, text=True, check=True, cwd=folder, env=_environment())
    assert ended.stderr == ""
    return ended.stdout.splitlines()


@pytest.fixture(scope="module")
def zsh() -> Iterator[int]:
    """A terminal with a zsh that knows the completion."""
    if not (program := shutil.which("zsh")):
        absent("no zsh on this machine: tools/setup_shells.sh")
    pid, terminal = pty.fork()
    if pid == 0:
        os.execve(program, ["zsh", "-fi"], _environment())
    os.write(terminal, _PREPARE_ZSH.encode())
    _read_until("READY\r", terminal)
    yield terminal
    os.close(terminal)
    os.waitpid(pid, 0)


def _edited(keys: str, terminal: int) -> str:
    """What stands in the line after ``keys``."""
    os.write(terminal, f"{keys}\x18".encode())
    shown = _read_until(">>", terminal)
    os.write(terminal, b"\x15")  # an empty line again
    return shown.rpartition("<<")[2].removesuffix(">>")


def _read_until(end: str, terminal: int) -> str:
    shown = ""
    while end not in shown:
        assert select.select([terminal], [], [], 60)[0], shown
        shown += os.read(terminal, 65536).decode()
    return shown[: shown.index(end) + len(end)]


def test_the_first_word_is_a_command_or_an_override(tmp_path: Path) -> None:
    assert {f"{name} " for name in COMMANDS} | {"run ", "model=", "limit="} <= set(_completed("clsbench ", tmp_path))
    assert _completed("clsbench rep", tmp_path) == ["report ", "report-bug "]
    assert _completed("clsbench li", tmp_path) == ["limit="]


def test_a_commands_options_and_choices_are_those_of_its_help(tmp_path: Path) -> None:
    assert _completed("clsbench report --no", tmp_path) == ["--no-plots "]
    assert _completed("clsbench report table1 --ch", tmp_path) == ["--check "]
    assert _completed("clsbench new pre", tmp_path) == ["preprocessing "]


@pytest.mark.parametrize("start", ["clsbench", "clsbench run", "clsbench -m", "clsbench doctor"])
def test_overrides_are_completed_with_and_without_a_command(tmp_path: Path, start: str) -> None:
    assert _completed(f"{start} crop=multi1", tmp_path) == ["multi10", "multi12", "multi144"]


def test_a_setting_depends_on_the_options_before_it(tmp_path: Path) -> None:
    assert "dataset.list=" in _completed("clsbench dataset=list dataset.", tmp_path)
    assert "dataset.list=" not in _completed("clsbench dataset=folder dataset.", tmp_path)


def test_of_a_sweeps_values_the_last_is_completed(tmp_path: Path) -> None:
    assert _completed("clsbench -m engine=caffe,open", tmp_path) == ["caffe,opencv", "caffe,openvino"]


def test_where_a_shell_does_not_break_words_at_equals_the_key_stays(tmp_path: Path) -> None:
    assert _completed("clsbench engine=onnx", tmp_path, breaks=" ") == ["engine=onnxruntime"]


def test_a_files_name_is_completed_after_the_equals(tmp_path: Path) -> None:
    (tmp_path / "deploy.prototxt").touch()
    assert _completed("clsbench model.prototxt=dep", tmp_path) == ["deploy.prototxt"]


def test_fish_completes_commands_and_overrides(tmp_path: Path) -> None:
    assert _completed_in_fish("clsbench rep", tmp_path) == ["report", "report-bug"]
    assert _completed_in_fish("clsbench li", tmp_path) == ["limit="]
    assert _completed_in_fish("clsbench report table1 --ch", tmp_path) == ["--check"]
    assert _completed_in_fish("clsbench -m engine=caffe,open", tmp_path) == [
        "engine=caffe,opencv",
        "engine=caffe,openvino",
    ]


def test_zsh_completes_commands_and_overrides(zsh: int) -> None:
    assert _edited("clsbench li\t", zsh) == "clsbench limit="
    assert _edited("clsbench zo\t", zsh) == "clsbench zoo "
    assert _edited("clsbench report table1 --ch\t", zsh) == "clsbench report table1 --check "
    assert _edited("clsbench -m engine=caffe,openv\t", zsh) == "clsbench -m engine=caffe,openvino"


def test_another_shell_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["powershell"])
    assert ended.value.code == 2
    assert "bash" in capsys.readouterr().err
