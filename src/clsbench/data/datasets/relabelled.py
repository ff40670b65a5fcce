"""``dataset.labels`` and ``dataset.subset``: a dataset's images with other labels, or only those of some classes."""

import json
from collections.abc import Mapping, Set
from dataclasses import replace
from pathlib import Path
from typing import Any

from clsbench.data.class_names import text_lines
from clsbench.data.dataset import Dataset, Sample
from clsbench.data.datasets.labels import category_of, labels_by_category
from clsbench.data.datasets.part import PartOfDataset
from clsbench.errors import DataError

_MOST_DIGITS = 18  # of a class index; Python converts at most 4,300 to a number
_FORM = "give a list of lists of class indices, one per image, like ImageNet-ReaL's real.json"


def with_labels(
    whole: Dataset, file: str, label_order: str | None, model_label_order: str | None, *, is_part: bool
) -> PartOfDataset:
    """The images with the right labels of ``file``; one image may have several, and images without any are dropped.

    ``label_order`` applies to the file's class indices; ``is_part``: ``limit`` has cut the dataset, but not the file.
    Raises DataError if file and dataset do not belong together.
    """
    lists = _read(file, whole)
    if len(lists) != len(whole.samples) and not (is_part and len(lists) > len(whole.samples)):
        raise DataError(
            f"dataset.labels={file}: has labels of {len(lists)} images, but dataset {whole.name} has "
            f"{len(whole.samples)}; {_FORM}"
        )
    model_label, _ = labels_by_category(label_order, model_label_order)
    chosen, samples = [], []
    for index, sample in enumerate(whole.samples):
        right = [model_label(category_of(f"{file}: {sample.name}", label, label_order)) for label in lists[index]]
        if right:
            chosen.append(index)
            samples.append(Sample(sample.name, right[0], tuple(right[1:])))
    return PartOfDataset(whole, f"{whole.name}, labels {Path(file).stem}", chosen, samples)


def of_classes(whole: Dataset, file: str, classes: Set[int]) -> PartOfDataset:
    """The images whose label is among ``classes``; of several right labels, only those are kept."""
    chosen, samples = [], []
    for index, sample in enumerate(whole.samples):
        right = [label for label in (sample.label, *sample.also) if label in classes]
        if right:
            chosen.append(index)
            also = tuple(label for label in right[1:] if label is not None)
            samples.append(replace(sample, label=right[0], also=also))
    if not samples:
        raise DataError(
            f"dataset.subset={file}: none of {len(whole.samples)} images of {whole.name} belongs to its classes"
        )
    return PartOfDataset(whole, f"{whole.name}, subset {Path(file).stem}", chosen, samples)


def read_subset(file: str, spelled: Mapping[str, int]) -> frozenset[int]:
    """The model's class indices that the lines of ``file`` name: as ``spelled``, or as indices of the model itself."""
    found = set()
    for number, line in enumerate(text_lines(file, "dataset.subset"), start=1):
        index = spelled.get(line, spelled.get(line.split()[0]))
        if index is None and line.isascii() and line.isdecimal() and len(line) <= _MOST_DIGITS:
            index = int(line)
        if index is None:
            raise DataError(
                f"{file}:{number}: '{line}' is not a class: give wnids for a model with ImageNet's classes, "
                "class indices, or names of dataset.classes"
            )
        found.add(index)
    if len(found) < 2:
        raise DataError(f"dataset.subset={file} names {len(found)} class; give at least two")
    return frozenset(found)


def _read(file: str, whole: Dataset) -> list[list[int]]:
    try:
        given: Any = json.loads(Path(file).expanduser().read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise DataError(f"dataset.labels={file} cannot be read as JSON: {error}; {_FORM}") from error
    if isinstance(given, dict):  # by image
        absent = [sample.name for sample in whole.samples if sample.name not in given]
        if absent:
            raise DataError(
                f"dataset.labels={file}: has no labels of {absent[0]}, nor of {len(absent) - 1} other images"
            )

        given = [given[sample.name] for sample in whole.samples]
    lists = [[each] if isinstance(each, int) else each for each in given] if isinstance(given, list) else None
    if lists is None or not all(isinstance(each, list) and all(type(label) is int for label in each) for each in lists):
        raise DataError(f"dataset.labels={file} has the wrong form; {_FORM}")
    return lists
