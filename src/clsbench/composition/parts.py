"""Assembles the parts of an evaluation; everything that can be wrong is found here, before any image is read."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from omegaconf import DictConfig

from clsbench.composition.exact import InFp32, exact_of
from clsbench.composition.images import class_names_of, dataset_of, subset_of, view_maker_of
from clsbench.composition.network import classifier_of
from clsbench.composition.quantisation import quantised
from clsbench.composition.settings import check_counts, config_errors
from clsbench.composition.sizes import Pixels
from clsbench.composition.surroundings import engine_of, tracker_of
from clsbench.data.crop import ViewMaker
from clsbench.data.dataset import Dataset, check_labels
from clsbench.engines.caffe.engine import Caffe
from clsbench.engines.engine import Engine
from clsbench.errors import DataError, NetError
from clsbench.model.classifier import Classifier
from clsbench.tracking.tracker import Tracker


@dataclass(frozen=True)
class Parts:
    """Everything that an evaluation works with."""

    pixels: Pixels
    model: Classifier
    views: ViewMaker
    dataset: Dataset
    engine: Engine
    tracker: Tracker
    class_names: Sequence[str]  # by class index in the model's order; empty if there are no names
    subset: NDArray[np.intp] | None = None  # the classes that may be predicted, rising; None for all
    exact: InFp32 | None = None  # what scores the undecided images of a low precision again; None if nothing does


def assembled(cfg: DictConfig) -> Parts:
    """The parts of an evaluation. Raises ClsbenchError for anything that cannot work, before any image is read."""
    check_counts(cfg)
    with config_errors():
        model, pixels = classifier_of(cfg)
        engine, tracker = engine_of(cfg), tracker_of(cfg)
        dataset = dataset_of(cfg)
        check_channels(model, dataset)
        views = view_maker_of(cfg, pixels, model.input_shape[0])
        names, subset = class_names_of(cfg), subset_of(cfg)
        exact = exact_of(cfg, engine, model)
        model, dataset = quantised(cfg, engine, model, dataset, views)
    return checked(Parts(pixels, model, views, dataset, engine, tracker, names, subset, exact))


def checked(parts: Parts) -> Parts:
    """``parts``, which fit together. Raises ClsbenchError if they do not."""
    check_engine(parts.engine, parts.model)
    check_channels(parts.model, parts.dataset)
    check_labels(parts.dataset, parts.model.classes)
    if parts.class_names and len(parts.class_names) != parts.model.classes:
        raise DataError(
            f"{len(parts.class_names)} classes have names, but the model has {parts.model.classes}; give "
            "dataset.classes=FILE with a line for each of them, and for classes that are not ImageNet's "
            "model.label_order=null dataset.label_order=null"
        )
    if parts.subset is not None and parts.subset[-1] >= parts.model.classes:
        raise DataError(f"dataset.subset: class {parts.subset[-1]} is not one of the model's {parts.model.classes}")
    parts.model.check()
    return parts


def check_engine(engine: Engine, model: Classifier) -> None:
    """Raises ConfigError if the engine does not read the model's files."""
    if isinstance(engine, Caffe):
        model.prototxt()


def check_channels(model: Classifier, dataset: Dataset) -> None:
    """Raises NetError if the network takes neither colour nor grey images, and the dataset has no others."""
    if model.input_shape[0] not in (1, 3) and not dataset.any_channels:
        raise NetError(
            f"{model.name}: it takes {model.input_shape[0]} channels; image files have 3 (colour) or 1 (grey), others "
            "come from dataset=hdf5, lmdb or leveldb"
        )
