"""What a network runs on and where its run is stored: the engine and the tracker."""

import logging
import os
from typing import cast

from hydra.utils import instantiate
from omegaconf import DictConfig

from clsbench.composition.weights_settings import is_asked
from clsbench.engines.engine import Engine
from clsbench.tracking.tracker import Tracker

log = logging.getLogger(__name__)

_VARIABLE = "MLFLOW_TRACKING_URI"


def engine_of(cfg: DictConfig) -> Engine:
    """The engine, not yet opened."""
    return cast(Engine, instantiate(cfg.engine))


def tracker_of(cfg: DictConfig) -> Tracker:
    """The tracker that stores the run."""
    if chosen := store_chosen_by(cfg):
        log.info("kept in %s (%s)", cfg.tracking.uri, chosen)
    return cast(Tracker, instantiate(cfg.tracking))


def store_chosen_by(cfg: DictConfig) -> str:
    """What determined the store: ``tracking.uri``, ``MLFLOW_TRACKING_URI`` or ``default``; empty without a store."""
    if "uri" not in cfg.tracking:
        return ""
    if is_asked("tracking.uri"):
        return "tracking.uri"
    return _VARIABLE if os.environ.get(_VARIABLE) else "default"
