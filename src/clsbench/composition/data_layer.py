"""What a training file's data layer says of its images, put into the configuration, but for what the user chose."""

import logging
from pathlib import Path

from omegaconf import DictConfig

from clsbench.caffe.data_layer import Transform
from clsbench.caffe.prototxt import data_transforms
from clsbench.composition.taken_weights import is_asked
from clsbench.errors import ConfigError

log = logging.getLogger(__name__)

_TASKS_WITH_IMAGES = ("evaluate", "agree", "plan")


def take_data_layer(cfg: DictConfig) -> None:
    """Puts mean and scale of the TEST net's data layer into ``cfg``, unless the command line says ``preprocessing``.

    Raises NetError for a wrong field; ConfigError for a ``mean_file``, whose image is not subtracted.
    """
    if cfg.model.prototxt is None or cfg.model.onnx is not None or cfg.task.name not in _TASKS_WITH_IMAGES:
        return
    transforms = data_transforms(Path(cfg.model.prototxt).expanduser())
    if not transforms or is_asked("preprocessing"):
        return
    _take(cfg, transforms[-1])


def _take(cfg: DictConfig, transform: Transform) -> None:
    if transform.mean_file is not None:
        raise ConfigError(
            f"model.prototxt={cfg.model.prototxt}: mean_file {transform.mean_file}: mean images are not subtracted; "
            "give the image's mean of each channel as preprocessing.mean=[blue,green,red]"
        )
    mean = transform.mean or (0.0,)
    if len(mean) not in (1, 3):
        raise ConfigError(f"model.prototxt={cfg.model.prototxt}: {len(mean)} mean_value; give one, or three")
    if transform.scale <= 0:
        raise ConfigError(f"model.prototxt={cfg.model.prototxt}: scale: {transform.scale:g}; give one above 0")
    cfg.preprocessing.mean = list(mean) * (3 // len(mean))
    cfg.preprocessing.std = [1 / transform.scale] * 3
    cfg.model.preprocessing_from = "prototxt"
    log.info("%s: its data layer's mean %s and scale %g", cfg.model.prototxt, list(mean), transform.scale)
    if transform.mirror:
        log.warning("%s: mirror: true; Caffe would mirror images at random, this does not", cfg.model.prototxt)
