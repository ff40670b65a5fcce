"""The sample's labels under each hypothesis about them; known without a forward."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
from numpy.typing import NDArray
from omegaconf import DictConfig, OmegaConf

from clsbench.composition.images import dataset_of
from clsbench.composition.settings import config_errors
from clsbench.config import CONF
from clsbench.data.dataset import Dataset, check_labels
from clsbench.data.datasets.part import PartOfDataset
from clsbench.data.datasets.sampled import sampled
from clsbench.data.label_order import ILSVRC2012, class_indices
from clsbench.doctor.hypothesis import Hypothesis
from clsbench.doctor.overridden import is_from_data_layer, overridden, text, values_of
from clsbench.doctor.table import FIRST_LABELS, LABEL_ORDERS
from clsbench.errors import ClsbenchError

FACTOR = "labels"
BY_NAME = "the wnids in the images' names"

_IMAGENET = 1000
_KINDS = {"ImageList": "list", "Lmdb": "lmdb", "LevelDb": "leveldb", "Hdf5": "hdf5"}
_WNID = re.compile(r"(?<![0-9A-Za-z])n\d{8}(?!\d)")


@dataclass(frozen=True, eq=False)
class Labelling:
    """``labels`` (image,), -1 if there is none; ``problem`` says why the dataset refuses the hypothesis."""

    hypothesis: Hypothesis
    labels: NDArray[np.int64]
    problem: str = ""
    order: str | None = None  # the network's, if the labels come from the images' names


def labellings(cfg: DictConfig, classes: int, count: int) -> tuple[PartOfDataset, list[Labelling]]:
    """A sample of ``count`` images, balanced over the classes, with its labels under each hypothesis, the given first.

    Hypotheses that give the same labels are merged. Raises the given settings' error if none fits the dataset.
    """
    whole: dict[Hypothesis, Dataset | ClsbenchError] = {
        each: _dataset(cfg, each, classes) for each in (Hypothesis(FACTOR, "given", ()), *_hypotheses(cfg, classes))
    }
    fitting = [each for each in whole.values() if not isinstance(each, ClsbenchError)]
    if not fitting:
        raise next(each for each in whole.values() if isinstance(each, ClsbenchError))
    chosen = sampled(fitting[0], min(count, len(fitting[0].samples)), cfg.seed)
    found = [_labelling(hypothesis, made, chosen.chosen) for hypothesis, made in whole.items()]
    return chosen, _distinct([*found, *_by_name(cfg, chosen, classes)])


def _hypotheses(cfg: DictConfig, classes: int) -> Iterator[Hypothesis]:
    has_order, has_first = ("label_order" in cfg.dataset, "first_label" in cfg.dataset)
    orders = LABEL_ORDERS if classes == _IMAGENET else ()
    as_given = (cfg.dataset.get("label_order"), cfg.model.label_order)
    for (of_list, of_model), first in product((as_given, *orders), FIRST_LABELS):
        wanted = {"dataset.label_order": of_list} if has_order else {}
        wanted |= {"dataset.first_label": first} if has_first else {}
        changed = {key: value for key, value in wanted.items() if OmegaConf.select(cfg, key) != value}
        changed |= {"model.label_order": of_model} if of_model != cfg.model.label_order else {}
        if changed:
            yield Hypothesis(FACTOR, _words(changed), _overrides(cfg, changed))


def _words(changed: dict[str, object]) -> str:
    return ", ".join(f"{key}={text(value)}" for key, value in changed.items())


def _overrides(cfg: DictConfig, changed: dict[str, object]) -> tuple[str, ...]:
    of_dataset = any(key.startswith("dataset.") for key in changed)
    rest: tuple[str, ...] = ()
    if of_dataset and is_from_data_layer(cfg, "dataset"):
        kind = _KINDS[cfg.dataset["_target_"].rpartition(".")[2]]
        usual = OmegaConf.load(CONF / "dataset" / f"{kind}.yaml")
        usual_keys = [str(key) for key, value in usual.items() if cfg.dataset.get(key) == value]
        without = [*(key.partition(".")[2] for key in changed), *usual_keys]
        rest = (f"dataset={kind}", *values_of(cfg, "dataset", without=without))
        if "model.label_order" not in changed:
            rest += (f"model.label_order={text(cfg.model.label_order)}",)
    return (*rest, *(f"{key}={text(value)}" for key, value in changed.items()))


def _dataset(cfg: DictConfig, hypothesis: Hypothesis, classes: int) -> Dataset | ClsbenchError:
    own = overridden(cfg, hypothesis.overrides)
    own.sample = None
    try:
        with config_errors():
            dataset = dataset_of(own)
        check_labels(dataset, classes)
    except ClsbenchError as error:
        return error
    return dataset


def _labelling(hypothesis: Hypothesis, made: Dataset | ClsbenchError, chosen: Sequence[int]) -> Labelling:
    if isinstance(made, ClsbenchError):
        return Labelling(hypothesis, np.full(len(chosen), -1), str(made).partition("\n")[0])
    labels = [made.samples[index].label for index in chosen]
    return Labelling(hypothesis, np.array([-1 if label is None else label for label in labels]))


def _by_name(cfg: DictConfig, chosen: PartOfDataset, classes: int) -> Iterator[Labelling]:
    """Labels from the wnids in names such as n01440764_10026.JPEG, for a list with its own labels."""
    if classes != _IMAGENET or "list" not in cfg.dataset:
        return
    wnids = [wnid_of(sample.name) for sample in chosen.samples]
    for order in dict.fromkeys((cfg.model.label_order or ILSVRC2012, ILSVRC2012)):
        indices = class_indices(order)
        if all(wnid in indices for wnid in wnids):
            labels = np.array([indices[wnid] for wnid in wnids])
            yield Labelling(Hypothesis(FACTOR, BY_NAME, ()), labels, order=order)


def wnid_of(name: str) -> str:
    """The wnid in an image's name; empty if there is none."""
    match = _WNID.search(name)
    return match.group() if match else ""


def _distinct(found: Sequence[Labelling]) -> list[Labelling]:
    kept: dict[bytes, Labelling] = {}
    for each in found:
        if not each.problem or each.hypothesis.name == "given":
            kept.setdefault(each.labels.tobytes(), each)
    return [replace(each, labels=each.labels.astype(np.int64)) for each in kept.values()]
