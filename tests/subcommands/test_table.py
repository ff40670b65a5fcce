"""The table of commands and the packages that are commands are the same."""

from pathlib import Path

import clsbench
from clsbench.subcommands.table import COMMANDS, module_of


def test_every_package_that_can_be_run_has_its_line() -> None:
    runnable = {path.parent.name for path in Path(clsbench.__file__).parent.glob("*/__main__.py")}
    assert {module_of(name) for name in COMMANDS} == runnable
