"""The result so far: readable at any moment, so that even a killed run has one."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from clsbench.evaluation.latency import Latency
from clsbench.evaluation.memory import peak_rss_mib
from clsbench.evaluation.packing import batches_of
from clsbench.evaluation.record import TOP, Prediction


@dataclass
class Tally:
    """Counts of the images so far; written by one thread."""

    classes: int
    load_seconds: float | None = None  # time to open the engine
    images: int = 0
    images_bad: int = 0
    labelled: int = 0
    top1_hits: int = 0
    top5_hits: int = 0
    timed_images: int = 0  # images behind ``seconds``; images taken over from an earlier process are not timed
    seconds: float = 0.0
    latency: Latency = field(default_factory=Latency)
    earlier_views: int = 0  # run by an earlier process, as were their forwards; their times are not taken over
    earlier_forwards: int = 0
    is_clocked: bool = True  # the forwards' times are the network's; otherwise none becomes a metric
    subset: NDArray[np.intp] | None = None  # the classes that may be predicted, rising; None for all
    keeps_fifth: bool = False  # each prediction has what is needed to tell how close its top-5 hit is to a miss
    of_shards: dict[str, float] = field(default_factory=dict)  # metrics measured in other processes

    def add(self, predictions: Sequence[Prediction]) -> None:
        """Counts some images."""
        self.images += len(predictions)
        for prediction in predictions:
            is_bad = prediction.status == "bad"
            self.images_bad += is_bad
            if is_bad or prediction.label is not None:  # a bad image is a miss, whatever it shows
                self.labelled += 1
                self.top1_hits += prediction.hit(1)
                self.top5_hits += prediction.hit(TOP)

    def take_over(self, predictions: Sequence[Prediction], batch_size: int) -> None:
        """Counts what an earlier process evaluated in batches of ``batch_size`` views."""
        self.add(predictions)
        views = [prediction.views for prediction in predictions]
        self.earlier_views, self.earlier_forwards = sum(views), batches_of(views, batch_size)

    def time(self, images: int, seconds: float) -> None:
        """Records that this many more images were evaluated, ``seconds`` after the evaluation started."""
        self.timed_images += images
        self.seconds = seconds

    def images_per_second(self) -> float | None:
        """The rate of images evaluated by this process; None if there are none, or no clock."""
        return self.timed_images / self.seconds if self.seconds > 0 and self.is_clocked else None

    def metrics(self) -> dict[str, float]:
        """Values by metric name, rates in percent; what was not measured is absent."""
        metrics: dict[str, float] = {
            "images": self.images,
            "images_bad": self.images_bad,
            "views": self.earlier_views + sum(self.latency.views),
            "forwards": self.earlier_forwards + len(self.latency.views),
            "peak_rss_mib": peak_rss_mib(),
        }
        if self.load_seconds is not None and self.is_clocked:
            metrics["load_seconds"] = self.load_seconds
        if (speed := self.images_per_second()) is not None:
            metrics["images_per_second"] = speed
        return metrics | (self.latency.metrics() if self.is_clocked else {}) | self.rates() | self.of_shards

    def rates(self) -> dict[str, float]:
        """Error, accuracy and standard error in percent; no top-5 with fewer than five classes."""
        if not self.labelled:
            return {}
        ranked = self.classes if self.subset is None else len(self.subset)
        rates = _rates("top1", self.top1_hits, self.labelled)
        return rates | _rates("top5", self.top5_hits, self.labelled) if ranked >= TOP else rates


def _rates(name: str, hits: int, images: int) -> dict[str, float]:
    misses = (images - hits) / images
    return {
        f"{name}_error": 100 * (images - hits) / images,  # exact digits: 22.386, not 22.386000000000003
        f"{name}_accuracy": 100 * hits / images,
        f"{name}_stderr": 100 * math.sqrt(misses * (1 - misses) / images),  # of a binomial proportion
    }
