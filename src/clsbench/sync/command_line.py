"""The command line of ``python -m clsbench.sync``: which spool, which store, and what came of it."""

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
Overrides are those of a run (clsbench run --help); the ones that count here:
  paths.outputs=FOLDER   the folder that the runs were made in: their spool is FOLDER/spool
  tracking.spool=FOLDER  the spool itself
  tracking.uri=ADDRESS   brings everything in there; without it, each run goes to the address that it was made at

The exit code is 1 where something could not be brought in; nothing is lost by that.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code: 1 where something could not be brought in, 2 where the configuration is wrong."""
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
        description="Brings in what runs wrote while their MLflow store was away; harmless when called again.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("overrides", nargs="*", metavar="KEY=VALUE", help="as a run takes them")
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
        raise ConfigError("tracking=none: nothing is tracked, so there is nothing to bring in; leave it out")
    return str(cfg.tracking.spool)
