"""The cost of the shards, added up into one evaluation's tally, and listed separately in a table."""

import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clsbench.evaluation.record import Prediction
from clsbench.evaluation.tally import Tally
from clsbench.shards.records import Records

FILE = "shards.csv"


def merged_tally(
    classes: int, subset: NDArray[np.intp] | None, predictions: Sequence[Prediction], parts: Sequence[Records]
) -> Tally:
    """The tally as if one process had done all the work: counts are those of the unsplit evaluation, times are summed.

    The first forward of every shard warms an engine up; the slowest one stands for all. In addition, ``wall_seconds``
    is the time of the slowest shard and ``work_seconds`` the time of all together, both without opening the engine.
    """
    batch_size = int(parts[0].identity["batch_size"])
    tally = Tally(classes, subset=subset)
    tally.take_over(predictions, batch_size)
    tally.is_clocked = bool(parts[0].engine["is_clocked"])
    works = [part.work for part in parts]
    tally.load_seconds = sum(work.load_seconds for work in works)
    tally.timed_images, tally.seconds = sum(work.images for work in works), sum(work.seconds for work in works)
    for views, milliseconds in _forwards(parts):
        tally.latency.add(views, milliseconds)
    tally.earlier_views -= sum(tally.latency.views)
    tally.earlier_forwards -= len(tally.latency.views)
    tally.of_shards = {"peak_rss_mib": max(work.peak_rss_mib for work in works)}
    if tally.seconds and tally.is_clocked:
        tally.of_shards |= {"work_seconds": tally.seconds, "wall_seconds": max(work.seconds for work in works)}
    return tally


def write_shards(parts: Sequence[Records], folder: Path) -> None:
    """``shards.csv``: one row per shard."""
    with (folder / FILE).open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(
            ["shard", "first_image", "images", "seconds", "load_seconds", "peak_rss_mib", "host", "processor", "device"]
        )
        for part in parts:
            work = part.work
            first = part.predictions[0].index + 1 if part.predictions else ""
            times = [f"{each:.3f}" for each in (work.seconds, work.load_seconds, work.peak_rss_mib)]
            rows.writerow([part.shard, first, len(part.predictions), *times, work.host, work.processor, work.device])


def processors(parts: Sequence[Records]) -> list[str]:
    """The processors that the shards ran on: scores of another processor may differ in their last digits."""
    return sorted({part.work.processor for part in parts if part.predictions})


def devices(parts: Sequence[Records]) -> str:
    """The GPUs that the shards ran on; empty if each had the device that its engine names."""
    return ",".join(dict.fromkeys(part.work.device for part in parts if part.work.device))


def _forwards(parts: Sequence[Records]) -> list[tuple[int, float]]:
    forwards = [list(zip(part.work.views, part.work.milliseconds, strict=True)) for part in parts]
    firsts = [each[0] for each in forwards if each]
    slowest = [max(firsts, key=lambda first: first[1])] if firsts else []
    return slowest + [forward for each in forwards for forward in each[1:]]
