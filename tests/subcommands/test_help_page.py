"""The help: everything that there is, on one screen."""

from clsbench.subcommands.help_page import help_page
from clsbench.subcommands.table import COMMANDS


def test_every_command_has_one_line() -> None:
    for name, command in COMMANDS.items():
        (line,) = (line for line in help_page().splitlines() if line.startswith(f"  clsbench {name} "))
        assert line.endswith(command.summary)


def test_it_fits_one_screen() -> None:
    lines = help_page().splitlines()
    assert len(lines) <= 26
    assert max(map(len, lines)) <= 80


def test_it_says_how_to_give_overrides_and_where_the_other_helps_are() -> None:
    for word in ("KEY=VALUE", "clsbench run --help", "--hydra-help", "COMMAND --help", "--version"):
        assert word in help_page()
