"""The model of a task that needs no trained weights."""

import logging

from hydra.core.hydra_config import HydraConfig
from omegaconf import DictConfig

from clsbench.composition.network import model_of, net_of
from clsbench.composition.sizes import Pixels, pixels_of
from clsbench.errors import WeightsError
from clsbench.model.model import Model
from clsbench.model.weights_file import RANDOM

log = logging.getLogger(__name__)


def model_or_random(cfg: DictConfig, done: str) -> tuple[Model, Pixels]:
    """The model; a zoo network whose weights file is missing, and was not requested by name, gets random weights.

    The warning says what was ``done`` ("exported") with them.
    """
    net = net_of(cfg)
    pixels = pixels_of(cfg, net)
    try:
        return model_of(cfg, net, pixels.crop_size), pixels
    except WeightsError as error:
        asked = any(each.startswith("model.weights=") for each in HydraConfig.get().overrides.task)
        if cfg.model.net is None or asked:
            raise
        log.warning("%s; %s with random weights", str(error).partition("\n")[0].partition(":")[0], done)
        cfg.model.weights = RANDOM
        return model_of(cfg, net, pixels.crop_size), pixels
