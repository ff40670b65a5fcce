"""``bad_images.csv``: the images that could not be read, and why; each counts as a miss."""

import csv
from collections.abc import Iterable
from pathlib import Path

from clsbench.evaluation.record import Prediction


def write_bad_images(predictions: Iterable[Prediction], path: Path) -> None:
    """One row per bad image; only the heading if there are none."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(("image", "label", "reason"))
        for prediction in predictions:
            if prediction.status == "bad":
                writer.writerow((prediction.name, prediction.label, prediction.problem))
