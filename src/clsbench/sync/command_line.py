"""The command line of ``python -m clsbench.sync``: which spool, which store, and the result."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from hydra import compose, initialize_config_dir
from hydra.errors import HydraException
from omegaconf import DictConfig
from omegaconf.errors import OmegaConfBaseException

from clsbench import config
from clsbench.console.terminal import console, show_error
from clsbench.errors import ClsbenchError, ConfigError
from clsbench.sync.sync import sync

_EPILOG = """
These overrides of a run (clsbench run --help) matter here:
  paths.outputs=FOLDER   the folder of the runs: their spool is FOLDER/spool
  tracking.spool=FOLDER  the spool itself
  tracking.uri=ADDRESS   send everything there; default: the address where each run was made

The exit code is 1 if something could not be sent; nothing is lost then.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns the exit code: 1 if something could not be sent, 2 if the configuration is wrong."""
    overrides = _parser().parse_args(arguments).overrides
    try:
        cfg = _composed(overrides)
        spool = Path(_spool(cfg)).expanduser().absolute()
        given = any(override.lstrip("+").startswith("tracking.uri=") for override in overrides)
        return 0 if sync(spool, cfg.tracking.uri, console, is_asked=given) else 1
    except ConfigError as error:
        show_error(error)
        return 2
    except ClsbenchError as error:
        show_error(error)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="clsbench sync",
        description="Sends to the MLflow store what runs wrote while it was away. Calling it again does no harm.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("overrides", nargs="*", metavar="KEY=VALUE", help="overrides, as for a run")
    return parser


def _composed(overrides: Sequence[str]) -> DictConfig:
    config.register()
    try:
        with initialize_config_dir(str(config.CONF), version_base="1.3"):
            return compose("config", list(overrides))
    except (HydraException, OmegaConfBaseException) as error:
        raise ConfigError(str(error).strip()) from error


def _spool(cfg: DictConfig) -> str:
    if "spool" not in cfg.tracking:
        raise ConfigError("tracking=none: nothing is tracked, so there is nothing to send; leave it out")
    return str(cfg.tracking.spool)
