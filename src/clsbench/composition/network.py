"""The network with its weights: from Caffe's files, the zoo's generator or an ONNX file."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import cast

import numpy as np
from hydra.utils import instantiate
from omegaconf import DictConfig

from clsbench.caffe.data_layer import DataLayer, ImageSizeError
from clsbench.caffe.heads import with_head
from clsbench.caffe.net import Net, Shape
from clsbench.caffe.prototxt import data_layers, read_prototxt
from clsbench.caffe.shapes import output_of
from clsbench.composition.data_layer import TASKS_WITH_IMAGES, with_images
from clsbench.composition.images import first_shape
from clsbench.composition.model_files import network_settings_of, onnx_file_of, weights_file_of, weights_of
from clsbench.composition.sizes import Pixels, chosen_sizes, pixels_of
from clsbench.data.size import Size
from clsbench.errors import ConfigError, DataError, NetError
from clsbench.model.classifier import Classifier
from clsbench.model.file_cache import FileCache
from clsbench.model.model import Model
from clsbench.model.onnx_facts import OnnxFacts
from clsbench.model.onnx_model import OnnxModel
from clsbench.weights.network_settings import with_settings
from clsbench.zoo.fitting import fitted
from clsbench.zoo.main_output import with_main_output_only

log = logging.getLogger(__name__)

_CACHE_BYTES = 8 * 2**30
# Root mean square of photographs' pixels (0 to 255) after their mean is subtracted.
_PIXEL_RMS = 60.0


_NO_SOFTMAX = "its output is not a Softmax; the scores of the views are summed as they are"


def classifier_of(cfg: DictConfig) -> tuple[Classifier, Pixels]:
    """The network with its weights, from Caffe's files or a user's ONNX file, at its size."""
    if cfg.model.onnx is not None:
        return onnx_model_of(cfg)
    net = net_of(cfg)
    pixels = pixels_of(cfg, net)
    return model_of(cfg, net, pixels.crop_size), pixels


def net_of(cfg: DictConfig) -> Net:
    """The network without weights: from the user's prototxt, else from the zoo's generator."""
    if cfg.model.onnx is not None:
        raise ConfigError(f"task={cfg.task.name} model.onnx={cfg.model.onnx}: this task needs Caffe's files")
    if cfg.model.prototxt is not None:
        path = Path(cfg.model.prototxt).expanduser()
        if cfg.model.name == "digits" and not path.is_relative_to(cfg.paths.demo):
            raise ConfigError(f"model.prototxt={path}: this is not the demo's network; set model=custom as well")
        return with_settings(_read(cfg, path), network_settings_of(cfg))
    if cfg.model.net is None:
        raise ConfigError(f"model={cfg.model.name or 'custom'}: give its deploy prototxt as model.prototxt=FILE")
    net = replace(cast(Net, instantiate(cfg.model.net)), name=cfg.model.name)
    return with_settings(net, network_settings_of(cfg))


def _read(cfg: DictConfig, path: Path) -> Net:
    layers = data_layers(path)
    try:
        return read_prototxt(path, _database_shape(cfg, layers, path))
    except ImageSizeError as error:
        try:
            shape = first_shape(_with_images(cfg, layers[-1], path), is_grey=layers[-1].is_grey)
        except (ConfigError, DataError) as reason:
            if cfg.task.name in TASKS_WITH_IMAGES:
                raise
            raise NetError(f"{error} ({reason})") from reason
        return read_prototxt(path, shape)


def _with_images(cfg: DictConfig, layer: DataLayer, path: Path) -> DictConfig:
    return cfg if cfg.task.name in TASKS_WITH_IMAGES else with_images(cfg, layer, path)


def _database_shape(cfg: DictConfig, layers: Sequence[DataLayer], path: Path) -> Shape | None:
    """The shape of a database's first image, the only source of the channel count; None if it says nothing."""
    if not layers or layers[-1].source.kind not in ("lmdb", "leveldb") or layers[-1].is_grey:
        return None
    with suppress(ConfigError, DataError):  # reported when the images are read; a task without images may not need it
        return first_shape(_with_images(cfg, layers[-1], path), is_grey=False)
    return None


def model_of(cfg: DictConfig, net: Net, crop_size: Size) -> Model:
    """The network at its crop size with its weights. Raises NetError if it cannot take that size."""
    weights = weights_of(cfg)
    head = net if cfg.model.output is None else with_head(net, cfg.model.output)
    suited = fitted(head, crop_size, cfg.model.dense)
    model = Model(
        name=cfg.model.name or (weights.stem if weights else Path(cfg.model.prototxt).stem),
        net=suited,
        weights=weights,
        published=net,
        input_rms=_input_rms(cfg),
        cache=cache_of(cfg),
        notes=tuple(_notes(cfg, head, suited, weights)),
    )
    _warn_of_notes(model)
    return model


def cache_of(cfg: DictConfig) -> FileCache:
    """The cache of the network's files."""
    return FileCache(Path(cfg.paths.cache).expanduser(), _CACHE_BYTES)


def onnx_model_of(cfg: DictConfig) -> tuple[OnnxModel, Pixels]:
    """The user's ONNX file; if its batch is fixed at 1, ``batch_size`` becomes 1. Raises NetError."""
    if cfg.model.dense is not None:
        raise ConfigError(f"model.dense={cfg.model.dense}: only for Caffe's files; an ONNX file gives (batch, class)")
    path, facts = onnx_file_of(cfg)
    pixels = chosen_sizes(cfg, _size_of(facts))
    notes = () if facts.is_softmax else (_NO_SOFTMAX,)
    model = OnnxModel(cfg.model.name or path.stem, path, facts, pixels.crop_size, _input_rms(cfg), notes)
    _warn_of_notes(model)
    return model, pixels


def _size_of(facts: OnnxFacts) -> Size | None:
    sides = facts.height or facts.width, facts.width or facts.height
    return Size(*(side for side in sides if side)) if all(sides) else None


def _input_rms(cfg: DictConfig) -> float:
    std, scale = np.mean(cfg.preprocessing.std), cfg.preprocessing.get("scale", 1.0)
    return _PIXEL_RMS * float(scale) / float(std)


def _warn_of_notes(model: Classifier) -> None:
    for note in model.notes:
        log.warning("%s: %s", model.name, note)


def _notes(cfg: DictConfig, net: Net, suited: Net, weights: Path | None) -> Iterator[str]:
    main = with_main_output_only(net)
    if suited.layers[: len(main.layers)] != main.layers:
        yield "its fixed last pool does not fit this size; a global pool replaces it"
    scores = suited.layers[-1].bottoms[0] if cfg.model.dense else output_of(suited)[0]
    if not any(layer.type == "Softmax" and scores in layer.tops for layer in suited.layers):
        yield _NO_SOFTMAX
    if weights is not None and (warning := weights_file_of(cfg).size_warning(weights)):
        yield warning
