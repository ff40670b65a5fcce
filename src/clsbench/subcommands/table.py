"""The commands: ``clsbench NAME`` is ``python -m clsbench.NAME``, with ``_`` for ``-``. To add one, add its line."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Subcommand:
    """What its line of the help says, and whether it takes Hydra's overrides, as a run does."""

    summary: str
    takes_overrides: bool = False


COMMANDS: Mapping[str, Subcommand] = {
    "agree": Subcommand("do engines, or a conversion, give the same scores?", takes_overrides=True),
    "compare": Subcommand("is run B better than run A, and on which images?"),
    "completion": Subcommand("prints what completes commands and overrides in bash"),
    "doctor": Subcommand("which setting makes the accuracy wrong?", takes_overrides=True),
    "merge": Subcommand("the shards of an evaluation, by hand, into one run", takes_overrides=True),
    "new": Subcommand("a YAML file for a network, crop, … of your own"),
    "plan": Subcommand("what it will take: work, time, what is missing", takes_overrides=True),
    "report": Subcommand("tables and figures from the tracked runs"),
    "report-bug": Subcommand("what a bug report needs of a run, and no secrets"),
    "sync": Subcommand("brings in what runs wrote while MLflow was away", takes_overrides=True),
    "weights": Subcommand("the zoo's weights: which there are; get and convert"),
    "zoo": Subcommand("the published networks that model=NAME knows"),
}


def module_of(name: str) -> str:
    """The package below ``clsbench`` that a command is."""
    return name.replace("-", "_")
