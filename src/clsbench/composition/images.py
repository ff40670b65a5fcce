"""The images and what is made of each: the dataset, and the maker of views."""

import logging
from typing import cast

from hydra.utils import instantiate
from omegaconf import DictConfig

from clsbench.composition.preprocessing import normaliser_of
from clsbench.composition.sizes import Pixels
from clsbench.data.bad_image import BadImageError
from clsbench.data.crop import ViewMaker
from clsbench.data.dataset import Dataset
from clsbench.data.datasets.sampled import sampled
from clsbench.data.decode import decode
from clsbench.errors import ConfigError, DataError

log = logging.getLogger(__name__)


def view_maker_of(cfg: DictConfig, pixels: Pixels, channels: int) -> ViewMaker:
    """Makes an image's views for a network that takes ``channels``."""
    if cfg.model.channel_order not in ("bgr", "rgb"):
        raise ConfigError(f"model.channel_order={cfg.model.channel_order}: choose bgr, as Caffe's networks, or rgb")
    resize = instantiate(cfg.resize)
    crop = instantiate(cfg.crop)(crop_size=pixels.crop_size, base_size=pixels.base_size)
    rgb = cfg.model.channel_order == "rgb" and channels > 1
    return ViewMaker(normaliser_of(cfg, pixels, channels, resize), crop, rgb, resize, channels)


def first_shape(cfg: DictConfig, *, is_grey: bool) -> tuple[int, int, int, int]:
    """(1, channel, height, width) of the first image, from which Caffe takes its network's size where nothing says it.

    Raises DataError where it cannot be read.
    """
    dataset = cast(Dataset, instantiate(cfg.dataset)(model_label_order=cfg.model.label_order, limit=1))
    try:
        stored = dataset.read(0)
        image = decode(stored, 1 if is_grey else 3) if isinstance(stored, bytes) else stored
    except BadImageError as error:
        raise DataError(
            f"{dataset.name}: its first image, whose size the network takes: {error}; correct it, or write crop_size"
        ) from error
    height, width, channels = image.shape
    return 1, channels, height, width


def dataset_of(cfg: DictConfig) -> Dataset:
    """The images, with labels in the model's order: all, the first ``limit``, or a ``sample`` of all classes."""
    if cfg.limit is not None and cfg.sample is not None:
        raise ConfigError(f"limit={cfg.limit} sample={cfg.sample}: give one of them")
    made = cast(Dataset, instantiate(cfg.dataset)(model_label_order=cfg.model.label_order, limit=cfg.limit))
    if cfg.sample is not None:
        return sampled(made, cfg.sample, cfg.seed)
    labels = {sample.label for sample in made.samples}
    if cfg.limit is not None and len(made.samples) > 1 and len(labels) == 1 and made.classes != 1:
        log.warning("limit=%s: these images are all of one class; sample=%s draws from every class", *[cfg.limit] * 2)
    return made
