"""The images and what is made from each: the dataset, and the maker of views."""

import inspect
import logging
from typing import Any, cast

import numpy as np
from hydra.utils import get_object, instantiate
from numpy.typing import NDArray
from omegaconf import DictConfig, OmegaConf

from clsbench.composition.preprocessing import normaliser_of
from clsbench.composition.sizes import Pixels
from clsbench.data.bad_image import BadImageError
from clsbench.data.class_names import read_class_names, spellings
from clsbench.data.crop import ViewMaker
from clsbench.data.dataset import Dataset
from clsbench.data.datasets.relabelled import of_classes, read_subset, with_labels
from clsbench.data.datasets.sampled import sampled
from clsbench.data.decode import decode
from clsbench.data.label_order import ILSVRC2012, wnids
from clsbench.errors import ConfigError, DataError

log = logging.getLogger(__name__)

_OF_ALL_DATASETS = ("classes", "labels", "subset")  # read here if a dataset does not take them itself


def view_maker_of(cfg: DictConfig, pixels: Pixels, channels: int) -> ViewMaker:
    """Makes an image's views for a network that takes ``channels``."""
    if cfg.model.channel_order not in ("bgr", "rgb"):
        raise ConfigError(f"model.channel_order={cfg.model.channel_order}: choose bgr, as Caffe's networks, or rgb")
    resize = instantiate(cfg.resize)
    crop = instantiate(cfg.crop)(crop_size=pixels.crop_size, base_size=pixels.base_size)
    rgb = cfg.model.channel_order == "rgb" and channels > 1
    return ViewMaker(normaliser_of(cfg, pixels, channels, resize), crop, rgb, resize, channels)


def first_shape(cfg: DictConfig, *, is_grey: bool) -> tuple[int, int, int, int]:
    """(1, channel, height, width) of the first image, from which Caffe takes its network's size if nothing states it.

    Raises DataError if it cannot be read.
    """
    dataset = _read(cfg, limit=1)
    try:
        stored = dataset.read(0)
        image = decode(stored, 1 if is_grey else 3) if isinstance(stored, bytes) else stored
    except BadImageError as error:
        raise DataError(
            f"{dataset.name}: the network takes the size of its first image: {error}; correct the image, or set "
            "crop_size"
        ) from error
    height, width, channels = image.shape
    return 1, channels, height, width


def dataset_of(cfg: DictConfig) -> Dataset:
    """The images, with labels in the model's order: all, the first ``limit``, or a ``sample`` of all classes."""
    if cfg.limit is not None and cfg.sample is not None:
        raise ConfigError(f"limit={cfg.limit} sample={cfg.sample}: give one of them")
    made = _relabelled(cfg, _read(cfg, cfg.limit))
    if cfg.sample is not None:
        return sampled(made, cfg.sample, cfg.seed)
    labels = {sample.label for sample in made.samples}
    if cfg.limit is not None and len(made.samples) > 1 and len(labels) == 1 and made.classes != 1:
        log.warning("limit=%s: these images are all of one class; sample=%s draws from every class", *[cfg.limit] * 2)
    return made


def class_names_of(cfg: DictConfig) -> tuple[str, ...]:
    """The class names in the model's order: from dataset.classes, else ImageNet's wnids; else nothing."""
    if file := cfg.dataset.get("classes"):
        return read_class_names(file)
    return wnids(cfg.model.label_order) if cfg.model.label_order else ()


def subset_of(cfg: DictConfig) -> NDArray[np.intp] | None:
    """The class indices that ``dataset.subset`` names, rising; None without one. Raises DataError."""
    file = cfg.dataset.get("subset")
    return np.array(sorted(read_subset(file, spellings(class_names_of(cfg)))), np.intp) if file else None


def _read(cfg: DictConfig, limit: int | None) -> Dataset:
    settings = cast(dict[str, Any], OmegaConf.to_container(cfg.dataset, resolve=True))
    taken = inspect.signature(get_object(settings["_target_"])).parameters
    for name in _OF_ALL_DATASETS:
        if name not in taken:
            settings.pop(name, None)
    return cast(Dataset, instantiate(settings)(model_label_order=cfg.model.label_order, limit=limit))


def _relabelled(cfg: DictConfig, dataset: Dataset) -> Dataset:
    if file := cfg.dataset.get("labels"):
        order = cfg.dataset.get("label_order", ILSVRC2012 if cfg.dataset.get("expected") else None)
        dataset = with_labels(dataset, file, order, cfg.model.label_order, is_part=cfg.limit is not None)
    if (subset := subset_of(cfg)) is not None:
        dataset = of_classes(dataset, cfg.dataset.subset, frozenset(subset.tolist()))
    return dataset
