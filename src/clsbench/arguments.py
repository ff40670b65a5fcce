"""The command line before Hydra reads it: what a user leaves out or calls by another name."""

from collections.abc import Sequence
from pathlib import Path

from clsbench.zoo.command_line import with_model_names

_OWN_FILE = ("model.prototxt=", "model.weights=")


def completed(arguments: Sequence[str], models: Path) -> list[str]:
    """``arguments`` with aliases replaced, and ``model=custom`` where files are given but no model.

    ``models`` is conf/model. Both files are needed: one alone belongs to a model of conf/model, by default the demo's.
    """
    named = any(argument.startswith(("model=", "+model=", "experiment=", "+experiment=")) for argument in arguments)
    own = all(any(argument.startswith(key) for argument in arguments) for key in _OWN_FILE)
    return with_model_names([*arguments, *(["model=custom"] if own and not named else [])], models)
