"""The parts of a run, built from its configuration; all that can be wrong is found here, before any image is read."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

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
from clsbench.engines.caffe import Caffe
from clsbench.engines.engine import Engine
from clsbench.errors import ClsbenchError, ConfigError, NetError
from clsbench.model.classifier import Classifier
from clsbench.model.file_cache import FileCache
from clsbench.model.model import Model
from clsbench.model.onnx_model import OnnxModel
from clsbench.model_files import network_settings_of, onnx_file_of, weights_file_of, weights_of
from clsbench.tracking.tracker import Tracker
from clsbench.weights.network_settings import with_settings
from clsbench.zoo.fitting import fitted
from clsbench.zoo.main_output import with_main_output_only

log = logging.getLogger(__name__)

_CACHE_BYTES = 8 * 2**30
# Root mean square of photographs' pixels once their mean is subtracted, of 255.
_PIXEL_RMS = 60.0
# Where nothing is published of a model: the ratio of the usual 224 to 256.
_CROP_TO_BASE = 0.875
_NO_SOFTMAX = "its output is no Softmax; the views' scores are summed as they are"


@dataclass(frozen=True)
class Pixels:
    """The side of a view, and of the image that it is cut from."""

    crop_size: int
    base_size: int


@dataclass(frozen=True)
class Parts:
    """Everything that an evaluation works with."""

    pixels: Pixels
    model: Classifier
    views: ViewMaker
    dataset: Dataset
    engine: Engine
    tracker: Tracker
    class_names: Sequence[str]  # by class index in the model's order; empty for classes of its own


def assembled(cfg: DictConfig) -> Parts:
    """The parts of an evaluation. Raises ClsbenchError for whatever cannot work, before any image is read."""
    check_counts(cfg)
    with config_errors():
        model, pixels = classifier_of(cfg)
        engine, tracker = engine_of(cfg), tracker_of(cfg)
        views = view_maker_of(cfg, pixels)
        dataset = dataset_of(cfg)
    names = wnids(cfg.model.label_order) if cfg.model.label_order else ()
    return checked(Parts(pixels, model, views, dataset, engine, tracker, names))


def checked(parts: Parts) -> Parts:
    """``parts``, which work together. Raises ClsbenchError where they do not."""
    check_engine(parts.engine, parts.model)
    check_channels(parts.model)
    check_labels(parts.dataset, parts.model.classes)
    parts.model.check()
    return parts


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


def check_engine(engine: Engine, model: Classifier) -> None:
    """ConfigError where the engine does not read the model's files."""
    if isinstance(engine, Caffe):
        model.prototxt()


def check_channels(model: Classifier) -> None:
    """NetError where the network does not take images in colour."""
    if model.input_shape[0] != 3:
        raise NetError(
            f"{model.name}: it takes images of {model.input_shape[0]} channels, but those of datasets have 3"
        )


def classifier_of(cfg: DictConfig) -> tuple[Classifier, Pixels]:
    """The network with its weights, from Caffe's files or a user's ONNX file, at its size."""
    if cfg.model.onnx is not None:
        return onnx_model_of(cfg)
    net = net_of(cfg)
    pixels = pixels_of(cfg, net)
    return model_of(cfg, net, pixels.crop_size), pixels


def pixels_of(cfg: DictConfig, net: Net) -> Pixels:
    """The sizes that the configuration asks for, else the model's, else the network's own input size."""
    return _pixels(cfg, next(iter(net.inputs.values()))[-1])


def _pixels(cfg: DictConfig, network_size: int | None) -> Pixels:
    if cfg.size not in ("standard", "large"):
        raise ConfigError(f"size={cfg.size}: choose standard or large, or give crop_size and base_size")
    sizes = cfg.model.sizes
    if sizes and cfg.size not in sizes:
        raise ConfigError(f"size={cfg.size}: model {cfg.model.name} has the sizes {', '.join(sizes)}")
    own = sizes.get(cfg.size) if sizes else None
    crop = cfg.crop_size or (own.crop_size if own else network_size)
    if crop is None:
        raise ConfigError(f"model.onnx={cfg.model.onnx}: it takes images of any size; give crop_size")
    # Another crop than the model's keeps the model's base, unless it does not fit in it.
    base = cfg.base_size or (own.base_size if own and own.base_size >= crop else round(crop / _CROP_TO_BASE))
    return Pixels(crop, base)


def net_of(cfg: DictConfig) -> Net:
    """The network without weights: from the user's prototxt, else from the zoo's generator."""
    if cfg.model.onnx is not None:
        raise ConfigError(f"task={cfg.task.name} model.onnx={cfg.model.onnx}: this task needs Caffe's files")
    if cfg.model.output is not None:
        raise ConfigError(f"model.output={cfg.model.output}: this is for model.onnx=FILE alone")
    if cfg.model.prototxt is not None:
        path = Path(cfg.model.prototxt).expanduser()
        if cfg.model.name == "digits" and not path.is_relative_to(cfg.paths.demo):
            raise ConfigError(f"model.prototxt={path}: this is not the demo's network; say model=custom as well")
        return with_settings(read_prototxt(path), network_settings_of(cfg))
    if cfg.model.net is None:
        raise ConfigError(f"model={cfg.model.name or 'custom'}: give its deploy prototxt as model.prototxt=FILE")
    net = replace(cast(Net, instantiate(cfg.model.net)), name=cfg.model.name)
    return with_settings(net, network_settings_of(cfg))


def model_of(cfg: DictConfig, net: Net, crop_size: int) -> Model:
    """The network at its crop size with its weights. Raises NetError where it cannot take that size."""
    weights, suited = weights_of(cfg), fitted(net, crop_size)
    model = Model(
        name=cfg.model.name or (weights.stem if weights else Path(cfg.model.prototxt).stem),
        net=suited,
        weights=weights,
        published=net,
        input_rms=_input_rms(cfg),
        cache=FileCache(Path(cfg.paths.cache).expanduser(), _CACHE_BYTES),
        notes=tuple(_notes(cfg, net, suited, weights)),
    )
    _warn_of_notes(model)
    return model


def onnx_model_of(cfg: DictConfig) -> tuple[OnnxModel, Pixels]:
    """The user's ONNX file; where its batch is fixed at 1, ``batch_size`` becomes 1. Raises NetError."""
    path, facts = onnx_file_of(cfg)
    pixels = _pixels(cfg, facts.height or facts.width)
    notes = () if facts.is_softmax else (_NO_SOFTMAX,)
    model = OnnxModel(cfg.model.name or path.stem, path, facts, pixels.crop_size, _input_rms(cfg), notes)
    _warn_of_notes(model)
    return model, pixels


def view_maker_of(cfg: DictConfig, pixels: Pixels) -> ViewMaker:
    """Makes an image's views."""
    if cfg.model.channel_order not in ("bgr", "rgb"):
        raise ConfigError(f"model.channel_order={cfg.model.channel_order}: choose bgr, as Caffe's networks, or rgb")
    crop = instantiate(cfg.crop)(crop_size=pixels.crop_size, base_size=pixels.base_size)
    return ViewMaker(instantiate(cfg.preprocessing), crop, rgb=cfg.model.channel_order == "rgb")


def dataset_of(cfg: DictConfig) -> Dataset:
    """The images, with labels in the model's order."""
    return cast(Dataset, instantiate(cfg.dataset)(model_label_order=cfg.model.label_order, limit=cfg.limit))


def engine_of(cfg: DictConfig) -> Engine:
    """The engine, not yet opened."""
    return cast(Engine, instantiate(cfg.engine))


def tracker_of(cfg: DictConfig) -> Tracker:
    """Where the run is kept."""
    return cast(Tracker, instantiate(cfg.tracking))


def _input_rms(cfg: DictConfig) -> float:
    return _PIXEL_RMS / float(np.mean(cfg.preprocessing.std))


def _warn_of_notes(model: Classifier) -> None:
    for note in model.notes:
        log.warning("%s: %s", model.name, note)


def _notes(cfg: DictConfig, net: Net, suited: Net, weights: Path | None) -> Iterator[str]:
    if suited.layers != with_main_output_only(net).layers:
        yield "its fixed last pool does not fit this size; a global pool replaces it"
    if not any(layer.type == "Softmax" and output_of(suited)[0] in layer.tops for layer in suited.layers):
        yield _NO_SOFTMAX
    if weights is not None and (warning := weights_file_of(cfg).size_warning(weights)):
        yield warning
