"""How a command beside the main one ends."""

import subprocess
import sys

import pytest

from clsbench.console.side_command import exit_code_of
from clsbench.errors import ConfigError


def test_it_is_what_the_work_gives() -> None:
    assert exit_code_of(lambda: 1) == 1


def test_an_error_is_shown_and_is_2(capsys: pytest.CaptureFixture[str]) -> None:
    def work() -> int:
        raise ConfigError("size=huge: choose standard or large")

    assert exit_code_of(work) == 2
    assert capsys.readouterr().err == "error: size=huge: choose standard or large\n"


def test_a_bug_is_not_swallowed() -> None:
    with pytest.raises(ZeroDivisionError):
        exit_code_of(lambda: 1 // 0)


@pytest.mark.parametrize("command", ["zoo", "weights"])
def test_a_reader_that_stops_early_gets_no_traceback(command: str) -> None:
    piped = f"{sys.executable} -m clsbench.{command} | head -1"
    ended = subprocess.run(piped, shell=True, capture_output=True, text=True, check=False)
    assert ended.stderr == ""
