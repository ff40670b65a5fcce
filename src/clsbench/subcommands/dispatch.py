"""Runs what the first word of the command line asks for."""
# Nothing heavy is imported here: each command has its own imports, and the help needs none of them.

import runpy
import sys
from difflib import get_close_matches

from clsbench.console.side_command import exit_code_of
from clsbench.errors import ConfigError
from clsbench.subcommands.help_page import help_page
from clsbench.subcommands.table import COMMANDS, module_of

_RUN = "run"
_OF_OVERRIDES = ("-", "+", "~")


def dispatch() -> None:
    """Runs a command of the table or, without one, the main job; ends the process with its exit code."""
    first = sys.argv[1] if len(sys.argv) > 1 else ""
    if first in COMMANDS:
        del sys.argv[1]
        # As python -m does, so that both are the same program, also for processes that look for their parent's main
        # module.
        runpy.run_module(f"clsbench.{module_of(first)}", run_name="__main__", alter_sys=True)
    elif first in ("-h", "--help", "--version"):
        sys.exit(exit_code_of(lambda: _written(help_page() if first != "--version" else f"clsbench {_version()}\n")))
    elif first in ("", _RUN) or "=" in first or first.startswith(_OF_OVERRIDES):
        del sys.argv[1 : 2 if first == _RUN else 1]
        from clsbench.command import main  # noqa: PLC0415

        main()
    else:
        sys.exit(exit_code_of(lambda: _refused(first)))


def _written(text: str) -> int:
    sys.stdout.write(text)
    sys.stdout.flush()
    return 0


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415

    try:
        return version("clsbench")
    except PackageNotFoundError:
        return "(not installed)"


def _refused(word: str) -> int:
    near = get_close_matches(word, [*COMMANDS, _RUN], n=1)
    advice = f"did you mean {near[0]}?" if near else "a setting has an =, as in model=resnet50;"
    raise ConfigError(f"{word}: no such command; {advice} clsbench --help lists them all")
