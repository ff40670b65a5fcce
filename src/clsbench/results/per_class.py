"""``per_class.csv``: the results of each class."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from clsbench.evaluation.record import TOP, Prediction

_COLUMNS = ("class", "name", "images", "top1_error", "top5_error")


@dataclass
class _Count:
    images: int = 0
    top1_misses: int = 0
    top5_misses: int = 0


def write_per_class(predictions: Iterable[Prediction], names: Sequence[str], path: Path) -> None:
    """One row per occurring class, errors in percent; ``names`` by class index, empty if there are none."""
    counts: dict[int, _Count] = {}
    for prediction in predictions:
        if prediction.label is None:
            continue
        count = counts.setdefault(prediction.label, _Count())
        count.images += 1
        count.top1_misses += not prediction.hit(1)
        count.top5_misses += not prediction.hit(TOP)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(_COLUMNS)
        for label, count in sorted(counts.items()):
            name = names[label] if label < len(names) else ""
            writer.writerow((label, name, count.images, *_percents(count)))


def _percents(count: _Count) -> tuple[str, str]:
    return f"{100 * count.top1_misses / count.images:.3f}", f"{100 * count.top5_misses / count.images:.3f}"
