"""Turns overrides into the configuration that the command line would compose, with the folder of its run."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from hydra import compose, initialize_config_dir
from hydra.core.hydra_config import HydraConfig
from hydra.core.utils import setup_globals
from omegaconf import DictConfig, OmegaConf, open_dict

from clsbench import config
from clsbench.composition.arguments import completed
from clsbench.composition.hydra_errors import HYDRA_ERRORS, in_one_line


@contextmanager
def composed(overrides: Sequence[str]) -> Iterator[DictConfig]:
    """The configuration, which is Hydra's current one inside the block. Raises ConfigError if it cannot be composed."""
    config.register()
    setup_globals()
    try:
        given = completed(overrides, config.CONF / "model")
        with initialize_config_dir(version_base="1.3", config_dir=str(config.CONF)):
            cfg = compose("config", overrides=given, return_hydra_config=True)
    except HYDRA_ERRORS as error:
        raise in_one_line(error) from error
    cfg.hydra.runtime.output_dir = cfg.hydra.run.dir
    HydraConfig.instance().set_config(cfg)
    with open_dict(cfg):
        del cfg["hydra"]
    OmegaConf.set_struct(cfg, value=True)
    yield cfg
