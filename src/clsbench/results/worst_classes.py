"""``worst_classes.csv``: the classes that are missed most, and what they are mistaken for."""

import csv
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from clsbench.evaluation.interval import wilson
from clsbench.evaluation.record import Prediction

_MOST = 30
_COLUMNS = ("class", "name", "images", "top1_error", "from", "to", "most_taken_for", "name_taken_for", "images_taken")


@dataclass(frozen=True)
class WorstClass:
    """Counts of images; ``error`` and its 95 % ``interval`` in percent; ``taken_for`` None if all were bad."""

    label: int
    images: int
    misses: int
    taken_for: int | None
    images_taken: int

    @property
    def error(self) -> float:
        """The top-1 error."""
        return 100 * self.misses / self.images

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's interval."""
        return wilson(self.misses, self.images)


def worst_classes(predictions: Iterable[Prediction]) -> list[WorstClass]:
    """Up to 30 missed classes, by the lower end of the interval: one miss in one image does not make a class bad."""
    images: Counter[int] = Counter()
    taken: dict[int, Counter[int | None]] = {}
    for each in predictions:
        if each.label is None:
            continue
        images[each.label] += 1
        if not each.hit(1):
            taken.setdefault(each.label, Counter())[each.top5[0] if each.top5 else None] += 1
    found = [_worst(label, images[label], misses) for label, misses in taken.items()]
    return sorted(found, key=lambda each: (-each.interval[0], -each.error, each.label))[:_MOST]


def name_of(label: int | None, names: Sequence[str]) -> str:
    """Empty if the class has no name."""
    return names[label] if label is not None and label < len(names) else ""


def write_worst_classes(found: Iterable[WorstClass], names: Sequence[str], path: Path) -> None:
    """One row per class, errors in percent."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(_COLUMNS)
        for each in found:
            figures = (f"{number:.3f}" for number in (each.error, *each.interval))
            taken = ("" if each.taken_for is None else each.taken_for, name_of(each.taken_for, names))
            row = (each.label, name_of(each.label, names), each.images, *figures, *taken, each.images_taken)
            writer.writerow(row)


def _worst(label: int, images: int, misses: Counter[int | None]) -> WorstClass:
    classes = {best: number for best, number in misses.items() if best is not None}
    best = min(classes, key=lambda each: (-classes[each], each), default=None)
    return WorstClass(label, images, misses.total(), best, 0 if best is None else classes[best])
