"""The cells of a table, and which runs belong to a cell."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from clsbench.report.run import Run
from clsbench.zoo.catalogue import Entry

SIZES = ("standard", "large")
CROPS = ("single", "multi12")
DATASET = "imagenet"


@dataclass(frozen=True)
class AccuracyCell:
    """One evaluation; ``published``: top1_error and top5_error in percent, if known.

    ``judged``: they are known to apply to these pixels, so a measured error can be within or outside a tolerance.
    """

    model: str
    size: str
    crop: str
    crop_size: int
    base_size: int
    preprocessing: str
    published: Mapping[str, float]
    judged: bool = True

    def owns(self, run: Run) -> bool:
        """Whether the run evaluated this cell, at any limit and on any engine."""
        return (
            run.tags.get("task") == "evaluate"
            and run.tags.get("model") == self.model
            and run.tags.get("dataset") == DATASET
            and run.get("crop") == self.crop
            and run.params.get("crop_size") == str(self.crop_size)
            and run.params.get("base_size") == str(self.base_size)
        )


@dataclass(frozen=True)
class TimeCell:
    """One timing of one image; ``device`` "cpu", "cuda" or "" for either; ``published``: forward_ms, backward_ms."""

    model: str
    size: str
    crop_size: int
    device: str
    published: Mapping[str, float]

    def owns(self, run: Run) -> bool:
        """Whether the run timed this cell; a run that ended before its device was known may belong to any."""
        return (
            run.tags.get("task") == "time"
            and run.tags.get("model") == self.model
            and run.params.get("crop_size") == str(self.crop_size)
            and run.params.get("batch_size", "1") == "1"
            and self.takes(run.get("device"))
        )

    def takes(self, device: str | None) -> bool:
        """Whether a time of ``device`` may be shown here."""
        return not device or not self.device or device.partition(":")[0] == self.device


def accuracy_cells(
    entries: Sequence[Entry], sizes: Sequence[str] = SIZES, crops: Sequence[str] = CROPS
) -> Iterator[AccuracyCell]:
    """The cells network by network, in each size for which it has every crop policy."""
    for entry in entries:
        for size in sizes:
            if size in entry.sizes:
                for crop in crops:
                    pixels, errors = entry.sizes[size], entry.errors.get(size, {}).get(crop)
                    published = dict(zip(("top1_error", "top5_error"), errors, strict=True)) if errors else {}
                    yield AccuracyCell(entry.name, size, crop, *pixels, entry.preprocessing, published)


def time_cell(entry: Entry, size: str, device: str, published: tuple[float, float] | None) -> TimeCell:
    """The cell of a network at one of its sizes."""
    times = dict(zip(("forward_ms", "backward_ms"), published, strict=True)) if published else {}
    return TimeCell(entry.name, size, entry.sizes[size][0], device, times)
