"""``engines.NAME.KEY``: settings of an engine, whether or not ``engine`` chooses it."""

from typing import Any, cast

from hydra.core.hydra_config import HydraConfig
from omegaconf import DictConfig, OmegaConf

from clsbench.config import CONF


def with_engine_settings(cfg: DictConfig) -> DictConfig:
    """A copy of ``cfg`` with the chosen engine's settings in its ``engine``, unless ``engine.KEY`` says otherwise.

    This way a sweep over engines, and ``agree``, can set each of its engines. Other tasks drop the rest.
    """
    completed = cfg.copy()
    _take(completed)
    if cfg.task.name != "agree":
        completed.engines = {}
    return completed


def _take(cfg: DictConfig) -> None:
    name = chosen_engine()
    if name not in cfg.engines:
        return  # a user's own engine, from --config-dir
    for key, default in _raw(OmegaConf.load(CONF / "engine" / f"{name}.yaml")).items():
        said = _raw(cfg.engines[name])[key]
        if said != default and _raw(cfg.engine)[key] == default:
            cfg.engine[key] = said


def chosen_engine() -> str:
    """The name that ``engine=`` selects."""
    return str(HydraConfig.get().runtime.choices["engine"])


def engine_settings(cfg: DictConfig, name: str) -> DictConfig:
    """All settings of the engine ``name`` of conf/, for a place other than ``cfg.engine``."""
    return cast(DictConfig, cfg.engine if name == chosen_engine() else cfg.engines[name])


def _raw(settings: Any) -> dict[str, Any]:
    return cast(dict[str, Any], OmegaConf.to_container(settings, resolve=False))
