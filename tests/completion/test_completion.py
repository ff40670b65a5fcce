"""The script of ``clsbench completion bash``, evaluated and asked in a real bash."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

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


def _completed(line: str, folder: Path, *, breaks: str = " =:") -> list[str]:
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    command = [str(_BASH), "--norc", "-c", _ASK, "bash", line, breaks]
    ended = subprocess.run(command, capture_output=True, text=True, check=True, cwd=folder, env=environment)
    assert ended.stderr == ""
    return [line for line in ended.stdout.splitlines() if line]


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


def test_another_shell_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["powershell"])
    assert ended.value.code == 2
    assert "bash" in capsys.readouterr().err
