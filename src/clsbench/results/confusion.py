"""Which classes are mistaken for which: ``confusion_matrix.csv``, ``most_confused.csv`` and, if few, a picture."""

import csv
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from clsbench.evaluation.record import Prediction
from clsbench.results.svg import box, picture, words

# (label, best class); the class is None if the image could not be read.
Confusion = Counter[tuple[int, int | None]]

_PAIRS = 30
_MOST_CLASSES = 100
_MARGIN, _FONT = 160.0, 8.0
_SMALL, _LARGE, _SIDE = 9.0, 24.0, 300.0  # of a cell; of the matrix, which few classes fill with larger cells
_NAME_LENGTH = 26
_CAPTION = 440.0  # pixels, so that text above a small matrix is not cut off


def confusion(predictions: Iterable[Prediction]) -> Confusion:
    """How many labelled images of each class went to which class; any right label counts as the image's own."""
    counts: Confusion = Counter()
    for each in predictions:
        if each.label is not None:
            best = each.top5[0] if each.top5 else None
            counts[each.label, each.label if each.hit(1) else best] += 1
    return counts


def most_confused(counts: Confusion) -> list[tuple[int, int, int]]:
    """(label, predicted, images) of up to 30 pairs of different classes, most images first, then by index."""
    pairs = [(label, best, images) for (label, best), images in counts.items() if best is not None and best != label]
    return sorted(pairs, key=lambda pair: (-pair[2], pair[0], pair[1]))[:_PAIRS]


def write_confusion(predictions: Iterable[Prediction], names: Sequence[str], folder: Path) -> None:
    """The matrix with one row per occurring pair, the most confused pairs, and for up to 100 classes a picture."""
    counts = confusion(predictions)
    of_label: Counter[int] = Counter()
    for (label, _), images in counts.items():
        of_label[label] += images
    rows = sorted(counts.items(), key=lambda item: (item[0][0], -1 if item[0][1] is None else item[0][1]))
    with (folder / "confusion_matrix.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(("label", "label_name", "predicted", "predicted_name", "images"))
        for (label, best), images in rows:
            predicted = ("", "(bad image)") if best is None else (best, _name(best, names))
            writer.writerow((label, _name(label, names), *predicted, images))
    with (folder / "most_confused.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(("label", "label_name", "predicted", "predicted_name", "images", "percent_of_label"))
        for label, best, images in most_confused(counts):
            share = f"{100 * images / of_label[label]:.3f}"
            writer.writerow((label, _name(label, names), best, _name(best, names), images, share))
    classes = sorted({each for pair in counts for each in pair if each is not None})
    if 0 < len(classes) <= _MOST_CLASSES:
        (folder / "plots").mkdir(exist_ok=True)
        (folder / "plots" / "confusion_matrix.svg").write_text(_drawn(counts, of_label, classes, names), "utf-8")


def _drawn(counts: Confusion, of_label: Counter[int], classes: Sequence[int], names: Sequence[str]) -> str:
    """One row per label, one column per prediction; darker means a larger share of the label's images."""
    places = {each: place for place, each in enumerate(classes)}
    cell = min(max(_SIDE / len(classes), _SMALL), _LARGE)
    side, shapes = cell * len(classes), []
    for each, place in places.items():
        at, text = _MARGIN + (place + 0.8) * cell, f"{each} {_name(each, names)}".strip()[:_NAME_LENGTH]
        shapes += [
            words((_MARGIN - 4, at), text, _FONT, anchor="end"),
            words((at, _MARGIN - 4), text, _FONT, turned=True),
        ]
    shapes.append(box((_MARGIN, _MARGIN), (side, side), "#f4f4f4", "no image"))
    for (label, best), images in counts.items():
        if best is not None:
            share = images / of_label[label]
            tip = f"{label} {_name(label, names)} as {best} {_name(best, names)}: {images} of {of_label[label]}"
            corner = _MARGIN + places[best] * cell, _MARGIN + places[label] * cell
            shapes.append(box(corner, (cell, cell), _shade(share, right=label == best), tip))
    shapes.append(words((8, 16), "rows: labels; columns: predictions; share of the label's images"))
    return picture(max(_MARGIN + side + 30, _CAPTION), _MARGIN + side + 20, shapes)


def _shade(share: float, *, right: bool) -> str:
    """White to blue if right, white to vermilion if not."""
    full = (0, 114, 178) if right else (213, 94, 0)
    return "#" + "".join(f"{round(255 + (0.15 + 0.85 * share) * (channel - 255)):02x}" for channel in full)


def _name(number: int, names: Sequence[str]) -> str:
    return names[number] if number < len(names) else ""
