"""The table of commands and the packages that are commands are the same."""

from pathlib import Path

import clsbench
from clsbench.subcommands.table import COMMANDS


def test_every_package_that_can_be_run_has_its_line() -> None:
    runnable = {path.parent.name for path in Path(clsbench.__file__).parent.glob("*/__main__.py")}
    assert set(COMMANDS) == runnable
