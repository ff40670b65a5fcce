"""The commands of README, each in an empty folder: those that need nothing run, the others miss only what is yours."""

import re
import shlex
from pathlib import Path

import pytest
from warm_start import run_module

from clsbench import config
from clsbench.subcommands.table import COMMANDS

_README = (config.CONF.parent / "README.md").read_text("utf-8")
# Files and runs that a reader has, and this folder has not.
_YOURS = ("train_val.prototxt", "deploy.prototxt", "ILSVRC2012_img_val.tar", "RUN_A", "report table1")
_TOO_LARGE = (
    "weights get",
    "experiment=table3",
    "model=resnet50 engine=",
)  # a download, hours, and engines that are extras
_MISSING = re.compile(r"train_val\.prototxt|deploy\.prototxt|ILSVRC2012_img_val\.tar|weights|no such store")


def _commands() -> list[str]:
    """Each ``clsbench ...`` of a block of code, with its continuation lines, without comment."""
    blocks = re.findall(r"^```\n(.*?)^```", _README, re.MULTILINE | re.DOTALL)
    lines = "".join(blocks).replace("\\\n", " ").splitlines()
    return [
        line.removeprefix("$ ").partition("  #")[0].strip()
        for line in lines
        if line.removeprefix("$ ")[:8] == "clsbench"
    ]


def _is_ready(command: str) -> bool:
    return not _is_yours(command) and not any(word in command for word in _TOO_LARGE)


def _is_yours(command: str) -> bool:
    return any(word in command for word in _YOURS)


def _ended(command: str, folder: Path) -> tuple[int, str]:
    """Its exit code and what it said."""
    words = shlex.split(command)[1:]
    of_overrides = not words or words[0] not in COMMANDS or COMMANDS[words[0]].takes_overrides
    if of_overrides:
        words.append(f"paths.outputs={folder / 'outputs'}")
    elif words[0] == "report":
        words += ["--output", str(folder / "reports")]
    store = {"MLFLOW_TRACKING_URI": f"sqlite:///{folder}/outputs/mlflow.db"}
    return run_module("clsbench", words, folder, 600, store)


def test_readme_is_one_screen_a_purpose() -> None:
    assert len(_README.splitlines()) <= 150
    for purpose in ("Evaluate mine", "Reproduce the tables", "Convert and prove", "Time"):
        section = _README.partition(f"## {purpose}\n")[2].partition("\n## ")[0]
        assert 8 <= len(section.splitlines()) <= 24, purpose


def test_every_page_that_readme_names_is_there() -> None:
    named = re.findall(r"\]\(([\w./-]+)\)", _README)
    assert len(named) > 15
    assert [name for name in named if not (config.CONF.parent / name).exists()] == []


def test_readme_has_commands_of_every_kind() -> None:
    assert sum(map(_is_ready, _commands())) >= 4
    assert sum(map(_is_yours, _commands())) >= 6


@pytest.mark.parametrize("command", [each for each in _commands() if _is_ready(each)])
def test_a_command_that_needs_no_file_of_yours_runs_in_an_empty_folder(command: str, tmp_path: Path) -> None:
    code, said = _ended(command, tmp_path)
    assert code == 0, said


@pytest.mark.parametrize("command", [each for each in _commands() if _is_yours(each)])
def test_a_command_with_files_of_yours_misses_nothing_else(command: str, tmp_path: Path) -> None:
    """No setting is mistyped: the error is of the file."""
    code, said = _ended(command, tmp_path)
    assert code != 0
    assert _MISSING.search(said), said
    assert "Traceback" not in said
    assert "no such setting" not in said
    assert "no such command" not in said
