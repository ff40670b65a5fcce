"""Model names on the command line: aliases stand for the model they name, and a glob means published networks."""

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from clsbench.errors import ConfigError
from clsbench.zoo.catalogue import Entry, read_catalogue

# A glob selects files of conf/model; those without a generator are not published networks.
_GLOB = re.compile(r"glob\(\s*([^,()\[\]\s]+)\s*\)")


def with_model_names(arguments: Sequence[str], folder: Path) -> list[str]:
    """``arguments`` with every alias in ``model=...`` replaced; ``folder`` is conf/model.

    ``model=glob(PATTERN)`` selects only published networks, as if it excluded the others by name.
    """
    return [_rewritten(argument, folder) if argument.startswith("model=") else argument for argument in arguments]


def entry_called(name: str, catalogue: Mapping[str, Entry]) -> Entry:
    """The network with that name or alias. Raises ConfigError with similar names."""
    by_name = {**catalogue, **{alias: entry for entry in catalogue.values() for alias in entry.aliases}}
    if name in by_name:
        return by_name[name]
    close = difflib.get_close_matches(name, by_name, n=4, cutoff=0.5)
    advice = f"; did you mean {' or '.join(close)}?" if close else "; clsbench zoo lists them all"
    raise ConfigError(f"no network called {name} in the zoo{advice}")


def _rewritten(argument: str, folder: Path) -> str:
    key, _, value = argument.partition("=")
    if glob := _GLOB.fullmatch(value.strip()):
        others = sorted({path.stem for path in folder.glob("*.yaml")} - read_catalogue(folder).keys())
        return f"{key}=glob({glob[1]},exclude=[{','.join(others)}])"
    if "(" in value or "[" in value:  # Hydra's grammar, not a list of names
        return argument
    names = value.split(",")
    if all((folder / f"{name.strip()}.yaml").is_file() for name in names):
        return argument
    return f"{key}={','.join(_names(names, folder))}"


def _names(names: Iterable[str], folder: Path) -> list[str]:
    by_alias = {alias: entry.name for entry in read_catalogue(folder).values() for alias in entry.aliases}
    return [by_alias.get(name.strip(), name) for name in names]
