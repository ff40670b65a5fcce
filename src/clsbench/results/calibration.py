"""Is a network right as often as it claims? ``calibration.csv``, ``plots/reliability.svg`` and the ECE."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path

from clsbench.evaluation.record import Prediction
from clsbench.results.svg import box, line, picture, words

# As in Guo, Pleiss, Sun and Weinberger, On Calibration of Modern Neural Networks (ICML 2017): equal widths, M = 15.
_BINS = 15
# Means of float32 probabilities may exceed 1 by rounding; scores that are not probabilities exceed it by far.
_ROUNDING = 1e-3
_SIDE, _MARGIN = 300.0, 50.0
_BLUE, _GREY = "#0072B2", "#888888"


@dataclass(frozen=True)
class Bin:
    """Images whose best probability is in (low, high]; their mean probability and accuracy, as fractions of 1."""

    low: float
    high: float
    images: int
    probability: float
    accuracy: float


def bins(predictions: Iterable[Prediction]) -> list[Bin]:
    """All 15 bins, from labelled readable images; none at all if a score is not a probability."""
    sums = [(0, 0.0, 0)] * _BINS
    for each in predictions:
        if each.label is None or not each.top5:
            continue
        probability = each.top5_probability[0]
        if not -_ROUNDING <= probability <= 1 + _ROUNDING:
            return []
        place = min(max(ceil(probability * _BINS) - 1, 0), _BINS - 1)
        images, total, hits = sums[place]
        sums[place] = images + 1, total + probability, hits + each.hit(1)
    return [
        Bin(place / _BINS, (place + 1) / _BINS, images, total / max(images, 1), hits / max(images, 1))
        for place, (images, total, hits) in enumerate(sums)
    ]


def expected_calibration_error(found: Sequence[Bin]) -> float | None:
    """In percentage points: the mean distance of accuracy from probability, weighted by images; None without images."""
    images = sum(each.images for each in found)
    if not images:
        return None
    return 100 * sum(each.images * abs(each.accuracy - each.probability) for each in found) / images


def write_calibration(predictions: Iterable[Prediction], folder: Path) -> float | None:
    """The ECE in percentage points; no file and None without labels, or if scores are not probabilities."""
    found = bins(predictions)
    error = expected_calibration_error(found)
    if error is None:
        return None
    with (folder / "calibration.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(("from", "to", "images", "mean_probability", "accuracy", "ece_percent"))
        for each in found:
            figures = (f"{each.probability:.6f}", f"{each.accuracy:.6f}") if each.images else ("", "")
            writer.writerow((f"{each.low:.4f}", f"{each.high:.4f}", each.images, *figures, ""))
        writer.writerow(("0.0000", "1.0000", sum(each.images for each in found), *_overall(found), f"{error:.6f}"))
    (folder / "plots").mkdir(exist_ok=True)
    (folder / "plots" / "reliability.svg").write_text(_drawn(found, error), encoding="utf-8")
    return error


def _overall(found: Sequence[Bin]) -> tuple[str, str]:
    images = sum(each.images for each in found)
    probability = sum(each.images * each.probability for each in found) / images
    accuracy = sum(each.images * each.accuracy for each in found) / images
    return f"{probability:.6f}", f"{accuracy:.6f}"


def _drawn(found: Sequence[Bin], error: float) -> str:
    """One bar per bin, as high as its accuracy, and a stroke at its mean probability; the diagonal is perfect."""
    bottom, width = _MARGIN + _SIDE, _SIDE / _BINS
    shapes = [line((_MARGIN, bottom), (_MARGIN + _SIDE, _MARGIN), _GREY)]
    for place, each in enumerate(found):
        if each.images:
            x, height = _MARGIN + place * width, each.accuracy * _SIDE
            tip = f"{each.images} images: probability {each.probability:.3f}, accuracy {each.accuracy:.3f}"
            shapes.append(box((x + 1, bottom - height), (width - 2, height), _BLUE, tip))
            level = bottom - each.probability * _SIDE
            shapes.append(line((x + 1, level), (x + width - 1, level), "#D55E00"))
    for share in (0.0, 0.5, 1.0):
        shapes += [
            words((_MARGIN - 4, bottom - share * _SIDE + 4), f"{share:g}", anchor="end"),
            words((_MARGIN + share * _SIDE, bottom + 16), f"{share:g}", anchor="middle"),
        ]
    shapes += [
        line((_MARGIN, bottom), (_MARGIN + _SIDE, bottom), "black"),
        line((_MARGIN, bottom), (_MARGIN, _MARGIN), "black"),
        words((_MARGIN, 24), f"ECE {error:.2f} points, {sum(each.images for each in found):,} images, {_BINS} bins"),
        words((_MARGIN + _SIDE / 2, bottom + 36), "probability of the best class", anchor="middle"),
        words((16, _MARGIN + _SIDE / 2), "accuracy", anchor="middle", turned=True),
    ]
    return picture(_SIDE + 2 * _MARGIN, _SIDE + 2 * _MARGIN, shapes)
