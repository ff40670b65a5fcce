"""The zoo's models as described in conf/model, read without composing a configuration."""

import importlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

import yaml  # type: ignore[import-untyped]

from clsbench.caffe.net import Net
from clsbench.errors import ConfigError

# The C loader reads the whole folder in a hundredth of a second.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Entry:
    """One model file: the generator's ``target`` and ``arguments``, and what is stated about the network.

    ``sizes`` gives (crop size, base size) in pixels, ``errors`` (top-1, top-5) in percent by size and crop policy,
    ``times`` [forward, backward] in ms by "gpu" or "cpu" and size.
    """

    name: str
    target: str
    arguments: Mapping[str, Any]
    preprocessing: str
    sizes: Mapping[str, tuple[int, int]]
    weights: str
    published_mib: float | None
    errors: Mapping[str, Mapping[str, tuple[float, float]]]
    times: Mapping[str, Mapping[str, tuple[float, float]]]
    aliases: tuple[str, ...]
    assumed: frozenset[str]

    @property
    def family(self) -> str:
        """The name of its module."""
        return self.target.split(".")[-2]


def read_catalogue(folder: Path) -> dict[str, Entry]:
    """The models of conf/model that have a generator, by name, in alphabetical order."""
    entries = filter(None, map(_entry, folder.glob("*.yaml")))
    return {entry.name: entry for entry in sorted(entries, key=lambda entry: entry.name)}


def generated(entry: Entry) -> Net:
    """The network of ``entry``, with its name, without weights, at the generator's own input size."""
    module, _, function = entry.target.rpartition(".")
    net = cast(Net, getattr(importlib.import_module(module), function)(**entry.arguments))
    return replace(net, name=entry.name)


def _entry(path: Path) -> Entry | None:
    content = yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506  a safe one
    try:
        model = content["model"]
        if model["net"] is None:
            return None
        return Entry(
            name=model["name"],
            target=model["net"].pop("_target_"),
            arguments=model["net"],
            preprocessing=_choice(content["defaults"], "override /preprocessing"),
            sizes={size: (each["crop_size"], each["base_size"]) for size, each in model["sizes"].items()},
            weights=model["weights"],
            published_mib=model["published_mib"],
            errors={size: _pairs(model["published"][size]) for size in model["sizes"] if size in model["published"]},
            times={kind: _pairs(by_size) for kind, by_size in model["published"].get("times", {}).items()},
            aliases=tuple(model["aliases"]),
            assumed=frozenset(model["assumed"]),
        )
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise ConfigError(
            f"{path}: not a model file as the others are ({error!r}); compare it with its neighbours"
        ) from error


def _pairs(by_name: Mapping[str, list[float]]) -> dict[str, tuple[float, float]]:
    return {name: (first, second) for name, (first, second) in by_name.items()}


def _choice(defaults: list[dict[str, str]], group: str) -> str:
    return next(each[group] for each in defaults if group in each)
