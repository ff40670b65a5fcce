"""The parts of a run, built from its configuration; all that can be wrong is found here, before any image is read."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

import numpy as np
from hydra.errors import InstantiationException
from hydra.utils import instantiate
from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from clsbench.caffe.net import Net
from clsbench.caffe.prototxt import read_prototxt
from clsbench.caffe.shapes import output_of
from clsbench.data.crop import ViewMaker
from clsbench.data.dataset import Dataset, check_labels
from clsbench.data.label_order import wnids
from clsbench.engines.engine import Engine
from clsbench.errors import ClsbenchError, ConfigError
from clsbench.model.file_cache import FileCache
from clsbench.model.model import Model
from clsbench.model.weights_file import RANDOM, WeightsFile
from clsbench.tracking.tracker import Tracker
from clsbench.zoo.fitting import fitted
from clsbench.zoo.main_output import with_main_output_only

log = logging.getLogger(__name__)

_CACHE_BYTES = 8 * 2**30
# Root mean square of photographs' pixels once their mean is subtracted, of 255.
_PIXEL_RMS = 60.0
# Where nothing is published of a model: the ratio of the usual 224 to 256.
_CROP_TO_BASE = 0.875


@dataclass(frozen=True)
class Pixels:
    """The side of a view, and of the image that it is cut from."""

    crop_size: int
    base_size: int


@dataclass(frozen=True)
class Parts:
    """Everything that an evaluation works with."""

    pixels: Pixels
    model: Model
    views: ViewMaker
    dataset: Dataset
    engine: Engine
    tracker: Tracker
    class_names: Sequence[str]  # by class index in the model's order; empty for classes of its own


def assembled(cfg: DictConfig) -> Parts:
    """The parts of an evaluation. Raises ClsbenchError for whatever cannot work, before any image is read."""
    check_counts(cfg)
    with config_errors():
        engine, tracker = engine_of(cfg), tracker_of(cfg)
        net = net_of(cfg)
        pixels = pixels_of(cfg, net)
        views = view_maker_of(cfg, pixels)
        model = model_of(cfg, net, pixels.crop_size)
        dataset = dataset_of(cfg)
    check_labels(dataset, model.classes)
    model.check()
    names = wnids(cfg.model.label_order) if cfg.model.label_order else ()
    return Parts(pixels, model, views, dataset, engine, tracker, names)


def check_counts(cfg: DictConfig) -> None:
    """ConfigError for a number of images, views, threads or pixels that is none."""
    for key in ("limit", "batch_size", "workers", "crop_size", "base_size", "engine.threads"):
        value = OmegaConf.select(cfg, key)
        if value is not None and (not isinstance(value, int) or value < 1):
            raise ConfigError(f"{key}={value}: give a whole number of at least 1, or null")


@contextmanager
def config_errors() -> Iterator[None]:
    """Hydra's and OmegaConf's errors as ours; one of our own that was raised inside them comes out as it was."""
    try:
        yield
    except (InstantiationException, OmegaConfBaseException) as error:
        if isinstance(error.__cause__, ClsbenchError):
            raise error.__cause__ from None
        raise ConfigError(str(error).strip()) from error


def pixels_of(cfg: DictConfig, net: Net) -> Pixels:
    """The sizes that the configuration asks for, else the model's, else the network's own input size."""
    if cfg.size not in ("standard", "large"):
        raise ConfigError(f"size={cfg.size}: choose standard or large, or give crop_size and base_size")
    sizes = cfg.model.sizes
    if sizes and cfg.size not in sizes:
        raise ConfigError(f"size={cfg.size}: model {cfg.model.name} has the sizes {', '.join(sizes)}")
    own = sizes.get(cfg.size) if sizes else None
    crop = cfg.crop_size or (own.crop_size if own else next(iter(net.inputs.values()))[-1])
    # Another crop than the model's keeps the model's base, unless it does not fit in it.
    base = cfg.base_size or (own.base_size if own and own.base_size >= crop else round(crop / _CROP_TO_BASE))
    return Pixels(crop, base)


def net_of(cfg: DictConfig) -> Net:
    """The network without weights: from the user's prototxt, else from the zoo's generator."""
    if cfg.model.prototxt is not None:
        path = Path(cfg.model.prototxt).expanduser()
        if cfg.model.name == "digits" and not path.is_relative_to(cfg.paths.demo):
            raise ConfigError(f"model.prototxt={path}: this is not the demo's network; say model=custom as well")
        return read_prototxt(path)
    if cfg.model.net is None:
        raise ConfigError(f"model={cfg.model.name or 'custom'}: give its deploy prototxt as model.prototxt=FILE")
    return replace(cast(Net, instantiate(cfg.model.net)), name=cfg.model.name)


def model_of(cfg: DictConfig, net: Net, crop_size: int) -> Model:
    """The network at its crop size with its weights. Raises NetError where it cannot take that size."""
    weights, suited = _weights_of(cfg), fitted(net, crop_size)
    model = Model(
        name=cfg.model.name or (weights.stem if weights else Path(cfg.model.prototxt).stem),
        net=suited,
        weights=weights,
        published=net,
        input_rms=_PIXEL_RMS / float(np.mean(cfg.preprocessing.std)),
        cache=FileCache(Path(cfg.paths.cache).expanduser(), _CACHE_BYTES),
        notes=tuple(_notes(cfg, net, suited, weights)),
    )
    for note in model.notes:
        log.warning("%s: %s", model.name, note)
    return model


def view_maker_of(cfg: DictConfig, pixels: Pixels) -> ViewMaker:
    """Makes an image's views."""
    crop = instantiate(cfg.crop)(crop_size=pixels.crop_size, base_size=pixels.base_size)
    return ViewMaker(instantiate(cfg.preprocessing), crop)


def dataset_of(cfg: DictConfig) -> Dataset:
    """The images, with labels in the model's order."""
    return cast(Dataset, instantiate(cfg.dataset)(model_label_order=cfg.model.label_order, limit=cfg.limit))


def engine_of(cfg: DictConfig) -> Engine:
    """The engine, not yet opened."""
    return cast(Engine, instantiate(cfg.engine))


def tracker_of(cfg: DictConfig) -> Tracker:
    """Where the run is kept."""
    return cast(Tracker, instantiate(cfg.tracking))


def weights_file_of(cfg: DictConfig) -> WeightsFile:
    """The weights file that the configuration names."""
    if cfg.model.weights is None:
        raise ConfigError(f"model={cfg.model.name or 'custom'}: give its caffemodel as model.weights=FILE (or random)")
    links: Any = cfg.model.provenance.get("download") or {}
    return WeightsFile(cfg.model.weights, Path(cfg.paths.weights), cfg.model.published_mib, links)


def _weights_of(cfg: DictConfig) -> Path | None:
    return None if cfg.model.weights == RANDOM else weights_file_of(cfg).found()


def _notes(cfg: DictConfig, net: Net, suited: Net, weights: Path | None) -> Iterator[str]:
    if suited.layers != with_main_output_only(net).layers:
        yield "its fixed last pool does not fit this size; a global pool replaces it"
    if not any(layer.type == "Softmax" and output_of(suited)[0] in layer.tops for layer in suited.layers):
        yield "its output is no Softmax; the views' scores are summed as they are"
    if weights is not None and (warning := weights_file_of(cfg).size_warning(weights)):
        yield warning
