"""Applies overrides to a configuration that is already composed."""

from collections.abc import Iterable, Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any, cast

from omegaconf import DictConfig, OmegaConf

from clsbench.caffe.prototxt import data_layers
from clsbench.composition.weights_settings import is_asked
from clsbench.config import CONF


def overridden(cfg: DictConfig, overrides: Iterable[str]) -> DictConfig:
    """A copy of ``cfg`` with ``group=option`` and ``key=value`` applied, options first, as in Hydra."""
    changed = deepcopy(cfg)
    for each in sorted(overrides, key=lambda one: "." in one.partition("=")[0]):
        key, _, value = each.partition("=")
        option = CONF / key / f"{value}.yaml"
        setting = OmegaConf.load(option) if option.is_file() else _value(value)
        OmegaConf.update(changed, key, setting, merge=False, force_add=True)
    return changed


def values_of(cfg: DictConfig, group: str, *, without: Sequence[str] = ()) -> tuple[str, ...]:
    """Every value of a group as an override, for a group that came from a training file's data layer."""
    settings = OmegaConf.to_container(cfg[group], resolve=True)
    kept = {key: value for key, value in cast(dict[str, Any], settings).items() if key not in ("_target_", *without)}
    return tuple(f"{group}.{key}={text(value)}" for key, value in kept.items())


def _value(said: str) -> Any:
    # OmegaConf reads a value as Hydra does: a number, a list, null, or text.
    return OmegaConf.from_dotlist([f"value={said}"]).value


def text(value: Any) -> str:
    """A value as written on the command line."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return f"[{','.join(map(text, value))}]"
    return "null" if value is None else f"{value}"


def is_from_data_layer(cfg: DictConfig, group: str) -> bool:
    """Whether the group came from a training file: setting a part on the command line would drop the rest."""
    prototxt = cfg.model.prototxt
    return prototxt is not None and not is_asked(group) and bool(data_layers(Path(prototxt).expanduser()))
