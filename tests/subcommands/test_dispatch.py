"""``clsbench`` and ``python -m clsbench`` are one program, whose first word may be a command."""

import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
from command_line import Cli, cli

from clsbench.subcommands.help_page import help_page

_INSTALLED = [str(Path(sys.executable).with_name("clsbench"))]
_MODULE = [sys.executable, "-m", "clsbench"]


def _output_of(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("program", [_INSTALLED, _MODULE])
def test_both_names_of_the_program_show_the_same_help_and_version(program: list[str]) -> None:
    assert _output_of(*program, "--help") == _output_of(*program, "-h") == help_page()
    assert _output_of(*program, "--version") == f"clsbench {version('clsbench')}\n"


def test_a_command_is_its_module_with_the_same_options() -> None:
    assert _output_of(*_MODULE, "report", "--help") == _output_of(sys.executable, "-m", "clsbench.report", "--help")
    assert "usage: clsbench report" in _output_of(*_INSTALLED, "report", "--help")


def test_a_commands_exit_code_is_the_programs(clsbench: Cli) -> None:
    ended = clsbench("compare", "--no-such-option")
    assert ended.code == 2
    assert "usage: clsbench compare" in ended.said


def test_a_command_with_overrides_is_given_them(clsbench: Cli, tmp_path: Path) -> None:
    ended = clsbench("plan", "limit=7", "tracking=none")
    assert ended.code == 0, ended.said
    assert "7 distinct views" in ended.said
    assert (
        ended.said.splitlines()[-1] == cli("clsbench.plan", tmp_path)("limit=7", "tracking=none").said.splitlines()[-1]
    )


def test_the_main_job_has_a_name_too(clsbench: Cli) -> None:
    ended = clsbench("run", "limit=5")
    assert ended.code == 0, ended.said
    assert ended.run.data.metrics["images"] == 5


def test_an_option_of_hydras_or_a_changed_default_is_no_command(clsbench: Cli) -> None:
    assert "limit: 3" in clsbench("--cfg", "job", "limit=3").said
    assert "Hydra's help" in _output_of(*_MODULE, "--hydra-help")
    assert "\ntiming: ???" in _output_of(*_MODULE, "~timing", "--cfg", "job")


@pytest.mark.parametrize(
    ("word", "advice"),
    [("reprot", "did you mean report?"), ("dokter", "did you mean doctor?"), ("resnet50", "a setting has an =")],
)
def test_an_unknown_command_is_one_line_with_the_nearest_name(clsbench: Cli, word: str, advice: str) -> None:
    ended = clsbench(word)
    assert ended.code == 2
    assert len(ended.said.splitlines()) == 1
    assert f"{word}: no such command" in ended.said
    assert advice in ended.said


@pytest.mark.parametrize("command", ["agree", "doctor", "plan"])
def test_a_command_of_overrides_has_a_help_of_its_own(clsbench: Cli, command: str) -> None:
    ended = clsbench(command, "--help")
    assert ended.code == 0, ended.said
    assert ended.said.startswith(f"clsbench {command}: ")
    assert len(ended.said.splitlines()) < 24
