"""Checks that apply to any configuration: its numbers, and errors of Hydra and OmegaConf translated to ours."""

from collections.abc import Iterator
from contextlib import contextmanager

from hydra.errors import InstantiationException
from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from clsbench.errors import ClsbenchError, ConfigError


def check_counts(cfg: DictConfig) -> None:
    """Raises ConfigError for an invalid limit, sample, batch size, seed, number of threads or ``prepared``."""
    for key in ("limit", "sample", "batch_size", "workers", "engine.threads"):
        value = OmegaConf.select(cfg, key)
        if value is not None and (not isinstance(value, int) or value < 1):
            raise ConfigError(f"{key}={value}: give a whole number of at least 1, or null")
    if cfg.seed < 0:
        raise ConfigError(f"seed={cfg.seed}: give a whole number of at least 0")
    if cfg.prepared not in (True, False, "auto"):
        raise ConfigError(f"prepared={cfg.prepared}: give auto, true or false")
    if cfg.prepared_gb <= 0:
        raise ConfigError(f"prepared_gb={cfg.prepared_gb:g}: give more than 0, or prepared=false to keep no images")


@contextmanager
def config_errors() -> Iterator[None]:
    """Turns Hydra's and OmegaConf's errors into ours; an error of our own raised inside them comes out unchanged."""
    try:
        yield
    except (InstantiationException, OmegaConfBaseException) as error:
        if isinstance(error.__cause__, ClsbenchError):
            raise error.__cause__ from None
        raise ConfigError(str(error).strip()) from error
