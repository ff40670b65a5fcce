"""The commands: ``clsbench NAME`` is ``python -m clsbench.NAME``, with ``_`` for ``-``. To add one, add a line."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Subcommand:
    """A command's line in the help, and whether it takes Hydra's overrides like a run."""

    summary: str
    takes_overrides: bool = False


COMMANDS: Mapping[str, Subcommand] = {
    "agree": Subcommand("do engines, or a conversion, give the same scores?", takes_overrides=True),
    "compare": Subcommand("is run B better than run A, and on which images?"),
    "completion": Subcommand("print a script for completion in bash, zsh or fish"),
    "doctor": Subcommand("which setting makes the accuracy wrong?", takes_overrides=True),
    "merge": Subcommand("merge the shards of an evaluation into one run", takes_overrides=True),
    "new": Subcommand("write a YAML file for your own network, crop, …"),
    "plan": Subcommand("what will a run take? work, time, what is missing", takes_overrides=True),
    "report": Subcommand("tables and figures from the tracked runs"),
    "report-bug": Subcommand("collect what a bug report needs, without secrets"),
    "sync": Subcommand("send what runs wrote while MLflow was away", takes_overrides=True),
    "weights": Subcommand("the zoo's weights: list, get and convert them"),
    "zoo": Subcommand("the published networks that model=NAME knows"),
}


def module_of(name: str) -> str:
    """The name of a command's package below ``clsbench``."""
    return name.replace("-", "_")
