"""The images that several runs share: only these can be compared image by image."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from clsbench.compare.class_orders import ClassOrder, in_one_order
from clsbench.compare.predictions import NONE, Predictions
from clsbench.errors import DataError


@dataclass(frozen=True)
class PairedImages:
    """The same images of every run, in the first run's order, all read by all runs.

    ``same_classes``: a class index means the same in every run; otherwise only right and wrong can be compared.
    """

    runs: tuple[Predictions, ...]
    order: ClassOrder
    same_classes: bool
    notes: tuple[str, ...]  # what was left out, and other remarks for the reader

    @property
    def count(self) -> int:
        """The number of images."""
        return len(self.runs[0].names)

    @property
    def labelled(self) -> NDArray[np.bool_]:
        """Whether every run has a label for the image (image,)."""
        return np.asarray(np.all([run.labels != NONE for run in self.runs], axis=0))


def paired_images(runs: Sequence[Predictions], orders: Sequence[str | None], letters: Sequence[str]) -> PairedImages:
    """``orders`` are the runs' label orders, ``letters`` their names in notes. Raises DataError if nothing is left."""
    names, notes = _keys(runs, letters)
    rows = _rows(names)
    notes += _of_how_many(runs, letters, len(rows[0]))
    taken = [run.select(each) for run, each in zip(runs, rows, strict=True)]
    bad = np.any([run.bad for run in taken], axis=0)
    if bad.all():
        raise DataError(f"none of the {len(bad)} common images could be read in every run; see their bad_images.csv")
    if bad.any():
        counts = ", ".join(f"{int(run.bad.sum())} in {letter}" for run, letter in zip(taken, letters, strict=True))
        notes.append(f"{int(bad.sum())} common images are left out, because they could not be read ({counts})")
    moved, order = in_one_order([run.select(np.flatnonzero(~bad)) for run in taken], orders)
    return _with_same_labels(moved, order, orders, notes)


def _with_same_labels(
    runs: tuple[Predictions, ...], order: ClassOrder, orders: Sequence[str | None], notes: list[str]
) -> PairedImages:
    labelled = np.all([run.labels != NONE for run in runs], axis=0)
    other = np.any([run.labels != runs[0].labels for run in runs], axis=0) & labelled
    if not other.any():
        return PairedImages(runs, order, same_classes=True, notes=tuple(notes))
    if not all(orders):
        notes.append(
            f"{int(other.sum())} of {len(other)} common images have labels with different numbers, and "
            "model.label_order is not set in every run: only right and wrong are compared, not classes"
        )
        return PairedImages(runs, ClassOrder(None), same_classes=False, notes=tuple(notes))
    if other.all():
        raise DataError(
            f"all {len(other)} common images have different labels; are these the same images, and is "
            "dataset.label_order right in each run?"
        )
    notes.append(f"{int(other.sum())} common images are left out, because their labels differ")
    kept = np.flatnonzero(~other)
    return PairedImages(tuple(run.select(kept) for run in runs), order, same_classes=True, notes=tuple(notes))


def _keys(runs: Sequence[Predictions], letters: Sequence[str]) -> tuple[list[NDArray[np.object_]], list[str]]:
    """The keys that match images: their names or, if nothing matches, the names without folders."""
    names = [run.names for run in runs]
    if len(_shared(names)):
        return names, []
    files = [np.array([name.rpartition("/")[2] for name in each], object) for each in names]
    if len(_shared(files)) and all(len(np.unique(each)) == len(each) for each in files):
        return files, ["images are matched by file name alone: their folders differ"]
    firsts = ", ".join(f"{letter} {run.names[0]}" for run, letter in zip(runs, letters, strict=True) if len(run.names))
    raise DataError(f"the runs have no image in common (the first of each: {firsts}); give runs on the same images")


def _shared(names: Sequence[NDArray[np.object_]]) -> NDArray[np.object_]:
    return reduce(np.intersect1d, names)


def _rows(names: Sequence[NDArray[np.object_]]) -> list[NDArray[np.intp]]:
    """For each run, the rows of the shared names, in the first run's order."""
    shared = _shared(names)
    rows = []
    for each in names:
        order = np.argsort(each)
        rows.append(order[np.searchsorted(each, shared, sorter=order)])
    by_first = np.argsort(rows[0])
    return [each[by_first] for each in rows]


def _of_how_many(runs: Sequence[Predictions], letters: Sequence[str], common: int) -> list[str]:
    if all(len(run.names) == common for run in runs):
        return []
    counts = ", ".join(f"{len(run.names)} in {letter}" for run, letter in zip(runs, letters, strict=True))
    return [f"only {common} images are common to the runs, and only those are compared ({counts})"]
