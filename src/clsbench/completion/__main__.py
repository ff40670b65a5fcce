"""``python -m clsbench.completion bash|zsh|fish``: the script with which a shell completes the words of ``clsbench``.

An entry point, so it may import from above.
"""

import argparse
import sys
from collections.abc import Sequence
from importlib.resources import files

from clsbench.console.side_command import exit_code_of
from clsbench.subcommands.table import COMMANDS

_EPILOG = """
  eval "$(clsbench completion bash)"       in ~/.bashrc, or for this shell alone
  eval "$(clsbench completion zsh)"        in ~/.zshrc, after compinit
  clsbench completion fish | source        in ~/.config/fish/config.fish

zsh and fish ask the function for bash, so bash has to be installed.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns the exit code."""
    options = _parser().parse_args(arguments)
    return exit_code_of(lambda: _written(options.shell))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="clsbench completion",
        description="Prints a script that completes commands, their options, groups and settings.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("shell", choices=("bash", "zsh", "fish"))
    return parser


def _written(shell: str) -> int:
    script = (files("clsbench.completion") / f"clsbench.{shell}").read_text("utf-8")
    overridden = [name for name, each in COMMANDS.items() if each.takes_overrides]
    sys.stdout.write(script.replace("@COMMANDS@", " ".join(COMMANDS)).replace("@OVERRIDDEN@", " ".join(overridden)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
