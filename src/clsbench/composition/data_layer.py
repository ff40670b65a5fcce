"""Puts what a training file's data layer says about its images into the configuration; the user's choices win."""

import logging
from pathlib import Path
from typing import Any

import numpy as np
from omegaconf import DictConfig, OmegaConf

from clsbench.caffe.data_layer import DataLayer, ImageSource, Transform
from clsbench.caffe.prototxt import data_layers
from clsbench.composition.weights_settings import is_asked
from clsbench.config import CONF
from clsbench.errors import ConfigError

log = logging.getLogger(__name__)

TASKS_WITH_IMAGES = ("evaluate", "agree", "doctor", "plan", "inputs")
_HDF5 = "clsbench.data.datasets.hdf5.Hdf5"
_PREPROCESSING = "clsbench.data.preprocessing.Preprocessing"
_TRANSFORM_FILE = "clsbench.data.preprocessing.TransformFile"


def with_data_layer(cfg: DictConfig) -> DictConfig:
    """A copy of ``cfg`` with what the TEST net's data layer says, unless the command line says otherwise.

    This covers the preprocessing, the images with their labels, and how they are resized; with
    ``preprocessing=prototxt`` the preprocessing of ``preprocessing.file``. Raises NetError for a wrong field, and
    ConfigError for a file that is missing or says nothing about images.
    """
    completed = cfg.copy()
    if cfg.preprocessing.get("_target_") == _TRANSFORM_FILE:
        _take_preprocessing_of(completed)
    if cfg.dataset.get("_target_") == _HDF5:
        _take_ready_made(completed)
    if cfg.model.prototxt is None or cfg.model.onnx is not None or cfg.task.name not in TASKS_WITH_IMAGES:
        return completed
    path = Path(cfg.model.prototxt).expanduser()
    if layers := data_layers(path):
        if not is_asked("preprocessing"):
            _take_transform(completed, layers[-1].transform, path, "pixels")
        _take_images(completed, layers[-1], path)
    return completed


def _take_ready_made(cfg: DictConfig) -> None:
    # HDF5 contains what the network takes: hdf5_data_layer.cpp has no transform_param.
    if not is_asked("preprocessing"):
        cfg.preprocessing = {"_target_": _PREPROCESSING, "mean": 0.0, "std": 1.0, "scale": 1.0, "mean_image": "pixels"}
        cfg.model.preprocessing_from = "hdf5"
    if not is_asked("resize") and not is_asked("base_size"):
        _take_resize(cfg, "none")


def with_images(cfg: DictConfig, layer: DataLayer, path: Path) -> DictConfig:
    """A copy of ``cfg`` with the data layer's images, for a task that reads none. Raises ConfigError without them."""
    copy = cfg.copy()
    if not is_asked("dataset"):
        _take_source(copy, layer.source, path)
    return copy


def _take_preprocessing_of(cfg: DictConfig) -> None:
    if cfg.preprocessing.file is None:
        raise ConfigError("preprocessing=prototxt: give the training file as preprocessing.file=FILE")
    path = Path(cfg.preprocessing.file).expanduser()
    layers = data_layers(path)
    if not layers:
        raise ConfigError(f"preprocessing.file={path}: its TEST net has no data layer; give a training file")
    _take_transform(cfg, layers[-1].transform, path, cfg.preprocessing.mean_image)


def _take_transform(cfg: DictConfig, transform: Transform, path: Path, mean_image: str) -> None:
    if transform.mean_file is not None and transform.mean:
        raise ConfigError(f"{path}: its data layer has mean_file and mean_value; Caffe refuses that, keep one of them")
    if len(transform.mean) not in (0, 1, 3):
        raise ConfigError(f"{path}: {len(transform.mean)} mean_value; give one, or three")
    if transform.scale <= 0:
        raise ConfigError(f"{path}: scale: {transform.scale:g}; give one above 0")
    # Caffe's numbers are float32; 104.00699 in the text is a different number.
    mean: Any = [float(np.float32(value)) for value in transform.mean] or 0.0
    if transform.mean_file is not None:
        mean = str(_found(transform.mean_file, path, "mean_file", "preprocessing.mean=FILE"))
    scale = float(np.float32(transform.scale))
    cfg.preprocessing = {"_target_": _PREPROCESSING, "mean": mean, "std": 1.0, "scale": scale, "mean_image": mean_image}
    cfg.model.preprocessing_from = "prototxt"
    log.info("%s: its data layer's mean %s and scale %g", path, mean, transform.scale)
    if transform.mirror:
        log.warning("%s: mirror: true; Caffe would mirror images at random, clsbench does not", path)


def _take_images(cfg: DictConfig, layer: DataLayer, path: Path) -> None:
    source, is_own = layer.source, is_asked("dataset")
    if not is_own and source.kind:
        _take_source(cfg, source, path)
    if is_asked("resize") or is_asked("base_size"):
        return
    if source.height and source.width:
        _take_resize(cfg, "squash")
        cfg.base_size = [source.height, source.width]
    elif source.kind and not is_own:
        _take_resize(cfg, "none")


def _take_source(cfg: DictConfig, source: ImageSource, path: Path) -> None:
    if source.path is None:
        raise ConfigError(f"{path}: its data layer has no source; give the images as dataset=... dataset.root=...")
    group: Any = OmegaConf.load(CONF / "dataset" / f"{source.kind}.yaml")
    group.label_order = None
    if source.kind == "list":
        listed = _found(source.path, path, "source", "dataset=list dataset.list=FILE")
        group.list, group.root = str(listed), str(_root_of(source, listed, path))
    else:
        group.root = str(_found(source.path, path, "source", f"dataset={source.kind} dataset.root=PATH"))
    if source.kind == "hdf5":
        names = source.arrays
        group.data, group.label = names[0], names[1] if len(names) > 1 else None
    cfg.dataset = group
    if not is_asked("model.label_order"):
        cfg.model.label_order = None
    log.info("%s: its data layer's images, %s", path, source.path)


def _root_of(source: ImageSource, listed: Path, prototxt: Path) -> Path:
    if source.root_folder:
        return _found(source.root_folder, prototxt, "root_folder", "dataset=list dataset.root=FOLDER")
    # Without a root_folder, the list's paths are relative to where Caffe runs, which is often the prototxt's folder.
    with listed.open(encoding="utf-8-sig", errors="replace") as file:
        first = file.readline().rpartition(" ")[0].strip()
    return Path() if Path(first).exists() else prototxt.parent


def _take_resize(cfg: DictConfig, name: str) -> None:
    cfg.resize = OmegaConf.load(CONF / "resize" / f"{name}.yaml")


def _found(named: str, prototxt: Path, field: str, cure: str) -> Path:
    """The file or folder, relative to where the command runs, else to the prototxt's folder."""
    for path in (Path(named).expanduser(), prototxt.parent / named):
        if path.exists():
            return path
    raise ConfigError(
        f"{prototxt}: {field} {named} is neither in the current folder nor beside the prototxt; set {cure}"
    )
