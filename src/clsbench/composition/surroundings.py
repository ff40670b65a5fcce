"""What a network runs on and where its run is kept: the engine and the tracker."""

from typing import cast

from hydra.utils import instantiate
from omegaconf import DictConfig

from clsbench.engines.engine import Engine
from clsbench.tracking.tracker import Tracker


def engine_of(cfg: DictConfig) -> Engine:
    """The engine, not yet opened."""
    return cast(Engine, instantiate(cfg.engine))


def tracker_of(cfg: DictConfig) -> Tracker:
    """Where the run is kept."""
    return cast(Tracker, instantiate(cfg.tracking))
