"""The images and what is made of each: the dataset, and the maker of views."""

from typing import cast

from hydra.utils import instantiate
from omegaconf import DictConfig

from clsbench.composition.preprocessing import normaliser_of
from clsbench.composition.sizes import Pixels
from clsbench.data.crop import ViewMaker
from clsbench.data.dataset import Dataset
from clsbench.errors import ConfigError


def view_maker_of(cfg: DictConfig, pixels: Pixels, channels: int) -> ViewMaker:
    """Makes an image's views for a network that takes ``channels``."""
    if cfg.model.channel_order not in ("bgr", "rgb"):
        raise ConfigError(f"model.channel_order={cfg.model.channel_order}: choose bgr, as Caffe's networks, or rgb")
    resize = instantiate(cfg.resize)
    crop = instantiate(cfg.crop)(crop_size=pixels.crop_size, base_size=pixels.base_size)
    rgb = cfg.model.channel_order == "rgb" and channels > 1
    return ViewMaker(normaliser_of(cfg, pixels, channels, resize), crop, rgb, resize, channels)


def dataset_of(cfg: DictConfig) -> Dataset:
    """The images, with labels in the model's order."""
    return cast(Dataset, instantiate(cfg.dataset)(model_label_order=cfg.model.label_order, limit=cfg.limit))
