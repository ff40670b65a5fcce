"""``rescored.csv``: the images that an exact run also scored in fp32, and the outcome."""

import csv
from collections.abc import Iterable
from math import isfinite
from pathlib import Path

from clsbench.evaluation.exactness import ScoredTwice
from clsbench.evaluation.record import TOP

_COLUMNS = (
    *("image", "label", "why", "top1_margin", "top5_margin", "class", "class_in_fp32"),
    *("top5_hit", "top5_hit_in_fp32", "changed"),
)


def write_rescored(twice: Iterable[ScoredTwice], path: Path) -> None:
    """One row per image with its margins in the low precision; empty margins if nothing is decided."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(_COLUMNS)
        for each in twice:
            low, exact = each.low, each.exact
            margins = [f"{margin:.6g}" if isfinite(margin) else "" for margin in each.margins]
            classes = [prediction.top5[0] if prediction.top5 else "" for prediction in (low, exact)]
            hits = ["" if low.label is None else int(prediction.hit(TOP)) for prediction in (low, exact)]
            writer.writerow((low.name, low.label, each.why, *margins, *classes, *hits, int(each.changed)))
