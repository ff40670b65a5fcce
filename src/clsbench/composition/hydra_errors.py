"""Reports a mistyped override in one line, with the nearest names; Hydra prints search paths and every option."""

import re
from collections.abc import Iterator
from dataclasses import fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from hydra.errors import HydraException, MissingConfigException, OverrideParseException
from omegaconf import OmegaConf
from omegaconf.errors import OmegaConfBaseException

from clsbench.config import CONF, Config, ModelConfig, PathsConfig
from clsbench.errors import ConfigError

HYDRA_ERRORS = (HydraException, OmegaConfBaseException)

_OVERRIDDEN = re.compile(r"Could not override '([^']+)'")
_NO_KEY = re.compile(r"Key '([^']+)' (?:is not in struct|not in '\w+')")
_FULL_KEY = re.compile(r"full_key: (\S+)")


def in_one_line(error: Exception) -> ConfigError:
    """The error, for a person who mistyped something; ``HYDRA_FULL_ERROR=1`` shows everything."""
    if isinstance(error, MissingConfigException) and error.missing_cfg_file:
        return ConfigError(_no_option(error))
    if isinstance(error, OverrideParseException):
        return ConfigError(f"{error.override}: {_first(error)}; quote values with spaces, commas or brackets")
    said = f"{error}\n{error.__cause__ or ''}"
    if found := _OVERRIDDEN.search(said):
        return ConfigError(_no_setting(found[1]))
    if (found := _NO_KEY.search(said)) and (key := _FULL_KEY.search(said)):
        return ConfigError(_no_setting(key[1]))
    cause = [line.strip() for line in str(error.__cause__ or "").splitlines() if line.strip()]
    return ConfigError("; ".join([_first(error), *cause[:1]]))


def _no_option(error: MissingConfigException) -> str:
    group, _, option = str(error.missing_cfg_file).rpartition("/")
    options = [each for each in error.options or () if not each.startswith("_")]
    if not group:
        return f"{option}: there is no such configuration{_nearest(option, options)}"
    near = _nearest(option, options) or f"; there are {', '.join(options)}"
    return f"{group}={option}: no such {group}{near}"


def _no_setting(key: str) -> str:
    known = set(_keys())
    if key in _groups():
        return f"{key}: is a group; give {key}=OPTION"
    return f"{key}: there is no such setting{_nearest(key, known)}"


def _nearest(name: str, known: Any) -> str:
    by_lower_case = {each.lower().replace("_", "-"): each for each in known}
    near = get_close_matches(name.lower().replace("_", "-"), by_lower_case, n=3, cutoff=0.5)
    return f"; did you mean {' or '.join(by_lower_case[each] for each in near)}?" if near else ""


def _groups() -> list[str]:
    return sorted(path.name for path in CONF.iterdir() if path.is_dir() and path.name != "hydra")


def _keys() -> Iterator[str]:
    """Every group, and every setting of any option, in override form."""
    yield from _groups()
    yield from (field.name for field in fields(Config))
    for prefix, schema in (("model", ModelConfig), ("paths", PathsConfig)):
        yield from (f"{prefix}.{field.name}" for field in fields(schema))
    yield from (key for key in _loaded(CONF / "config.yaml") if key not in ("defaults", "hydra"))
    for path in (CONF / "engine").glob("*.yaml"):
        yield from (f"engines.{path.stem}.{key}" for key in _loaded(path) if not key.startswith("_"))
    for group in _groups():
        for path in (CONF / group).glob("*.yaml"):
            yield from (f"{group}.{key}" for key in _loaded(path) if not key.startswith("_"))


def _loaded(path: Path) -> list[str]:
    return [str(key) for key in OmegaConf.load(path)]


def _first(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]
